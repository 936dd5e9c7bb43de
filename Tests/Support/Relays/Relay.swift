import Foundation
import Glibc
import Threads

/// Stands between a program and what it talks to, and stops what passes where a test says: so a test stands still at
/// the moment that it is about, instead of hoping to hit it.
public final class Relay: Sendable {
    private struct State: Sendable {
        var holds: [RelayHold] = []
        /// How many bytes of answers each connection lets through; nil: all.
        var allowance: Int?
        /// How many connections have used up what they may let through.
        var exhausted = 0
        var isStopped = false
        /// Of the connections to a broker that are open.
        var subscriptions: [Int32: Subscriptions] = [:]
    }

    /// Where the program is to connect to.
    public let address: HTTPAddress
    private let target: HTTPAddress
    private let isBroker: Bool
    private let listener: ListeningSocket
    private let directory: TemporaryDirectory?
    private let state = Locked(State())

    /// For DOCKER_HOST, in front of an engine.
    public var dockerHost: String { "unix://\(address)" }

    /// Listens as the target does: on a unix socket in front of one, on a port in front of a port.
    /// - Parameter isBroker: AMQP passes here, and may be looked into.
    public init(to target: HTTPAddress, isBroker: Bool = false) throws {
        self.target = target
        self.isBroker = isBroker
        switch target {
        case .unix:
            let directory = try TemporaryDirectory("relay")
            listener = try ListeningSocket(path: directory.file("socket"))
            self.directory = directory
        case .tcp:
            listener = try ListeningSocket()
            directory = nil
        }
        address = listener.address
        try listener.accept(name: "test-relay") { [weak self] client in
            guard let self else { return _ = close(client) }
            serve(client)
        }
    }

    deinit { stop() }

    /// Stands still at the first HTTP request from now on whose line (`POST /v1.41/containers/create?name=x HTTP/1.1`)
    /// matches.
    public func hold(_ kept: RelayHold.Kept, _ matches: @escaping @Sendable (String) -> Bool) -> RelayHold {
        let hold = RelayHold(kept, matches)
        state.withLock { $0.holds.append(hold) }
        return hold
    }

    /// From now on each connection, also one that is open, passes so many bytes of answers, and then nothing.
    /// - Parameter bytes: nil: all again.
    public func allow(bytes: Int?) {
        state.withLock { state in
            state.allowance = bytes
            state.exhausted = 0
        }
    }

    /// In front of a broker: has it forget all consumers of a queue, on connections that are well otherwise. Their clients
    /// are not told.
    /// - Returns: how many there were.
    public func forgetReaders(of queue: String) -> Int {
        state.withLock { $0.subscriptions.values }.reduce(0) { $0 + $1.cancel(queue) }
    }

    /// Waits until a connection has used up what it may pass.
    public func waitUntilExhausted(within: Duration = .seconds(30)) async throws {
        try await eventually(within: within, every: .milliseconds(5), "a connection has passed what it may") {
            state.withLock { $0.exhausted > 0 }
        }
    }

    /// Lets go of what it holds, and accepts nobody any more.
    public func stop() {
        state.withLock { $0.isStopped = true }
        listener.stop()
        directory?.remove()
    }

    private func serve(_ client: Int32) {
        guard let server = try? SocketBytes.connect(to: target) else {
            close(client)
            return
        }
        let pair = Pair(client: client, server: server)
        let isStarted = (try? DedicatedThread.start(name: "test-relay") { [self] in passAnswers(pair) }) != nil
        if !isStarted { pair.leave() }
        passRequests(pair)
    }

    private func passRequests(_ pair: Pair) {
        let subscriptions = isBroker ? Subscriptions(server: pair.server) : nil
        if let subscriptions { state.withLock { $0.subscriptions[pair.server] = subscriptions } }
        while let bytes = SocketBytes.receive(pair.client) {
            if let line = Self.requestLine(bytes) {
                for hold in state.withLock({ $0.holds }) where hold.takes(line) {
                    switch hold.kept {
                    case .request: wait(unless: pair) { hold.isReleased }
                    case .answer: pair.hold.withLock { $0 = hold }
                    }
                }
            }
            guard subscriptions?.pass(bytes) ?? SocketBytes.send(bytes, to: pair.server) else { break }
        }
        // Before the descriptor is closed and its number given to another.
        state.withLock { $0.subscriptions[pair.server] = nil }
        pair.leave()
    }

    private func passAnswers(_ pair: Pair) {
        var passed = 0
        while let bytes = SocketBytes.receive(pair.server) {
            if let hold = pair.hold.withLock({ $0 }) { wait(unless: pair) { hold.isReleased } }
            var rest = bytes[...]
            while !rest.isEmpty, !pair.isOver {
                let allowance = state.withLock { $0.allowance }
                let part = rest.prefix(max(0, allowance.map { $0 - passed } ?? rest.count))
                guard !part.isEmpty else {
                    state.withLock { $0.exhausted += 1 }
                    wait(unless: pair) { self.state.withLock { $0.allowance != allowance } }
                    continue
                }
                guard SocketBytes.send(part, to: pair.client) else { return pair.leave() }
                passed += part.count
                rest = rest.dropFirst(part.count)
            }
        }
        pair.leave()
    }

    /// A held request is passed on also when its client is gone.
    private func wait(unless pair: Pair, _ condition: () -> Bool) {
        while !condition(), !pair.isOver, !state.withLock({ $0.isStopped }) { usleep(2_000) }
    }

    private static func requestLine(_ bytes: [UInt8]) -> String? {
        let methods = ["GET ", "HEAD ", "POST ", "PUT ", "DELETE "]
        guard methods.contains(where: { bytes.starts(with: Array($0.utf8)) }) else { return nil }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    }
}

/// The two ends of a connection. Each direction has a thread; the last to leave closes both.
private final class Pair: Sendable {
    let client: Int32
    let server: Int32
    /// Keeps the answers back.
    let hold = Locked<RelayHold?>(nil)
    private let users = Locked(2)

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    /// One direction has ended, which ends the other.
    var isOver: Bool { users.withLock { $0 < 2 } }

    func leave() {
        users.withLock { users in
            users -= 1
            if users == 0 {
                close(client)
                close(server)
            } else {
                shutdown(client, Int32(SHUT_RDWR))
                shutdown(server, Int32(SHUT_RDWR))
            }
        }
    }
}
