import Foundation
import HTTPClient
import Threads

/// A server on a real socket whose every connection is played by a closure on a thread of its own.
final class StubServer: Sendable {
    enum Kind: Sendable, CaseIterable { case unixSocket, tcp }

    private struct State: Sendable {
        var connections: [StubConnection] = []
        var open = 0
        var mostOpen = 0
    }

    let endpoint: HTTPEndpoint
    private let listener: Int32
    private let socketPath: String?
    private let state = Locked(State())
    private let play: @Sendable (StubConnection) -> Void

    init(_ kind: Kind = .unixSocket, play: @escaping @Sendable (StubConnection) -> Void) throws {
        switch kind {
        case .unixSocket:
            let path = NSTemporaryDirectory() + "/stub-\(UUID().uuidString.prefix(8)).sock"
            listener = try StubSocket.listen(path: path)
            socketPath = path
            endpoint = HTTPEndpoint(unixSocket: path)
        case .tcp:
            let (descriptor, port) = try StubSocket.listenOnFreePort()
            listener = descriptor
            socketPath = nil
            endpoint = HTTPEndpoint(url: "http://127.0.0.1:\(port)")
        }
        self.play = play
        Thread.detachNewThread { [self] in accept() }
    }

    /// Answers each request of each connection with what `answer` makes of it.
    static func answering(
        _ kind: Kind = .unixSocket, _ answer: @escaping @Sendable (StubRequest) -> String
    ) throws -> StubServer {
        try StubServer(kind) { connection in
            while let request = connection.readRequest() {
                guard connection.write(answer(request)) else { return }
            }
        }
    }

    var connectionsSoFar: Int { state.withLock { $0.connections.count } }
    var mostConnectionsAtOnce: Int { state.withLock { $0.mostOpen } }
    var openConnections: Int { state.withLock { $0.open } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in state.withLock({ $0.connections }) { connection.hangUp() }
        if let socketPath { unlink(socketPath) }
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let connection = StubConnection(descriptor)
            state.withLock {
                $0.connections.append(connection)
                $0.open += 1
                $0.mostOpen = max($0.mostOpen, $0.open)
            }
            Thread.detachNewThread { [self] in
                play(connection)
                connection.end()
                state.withLock { $0.open -= 1 }
            }
        }
        close(listener)
    }
}
