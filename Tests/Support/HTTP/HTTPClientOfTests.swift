import Foundation
import Threads

/// A small HTTP/1.1 client with connections that are kept: a few threads, each with its own.
///
/// Independent of the HTTP client under test, and quick where URLSession on Linux is not.
public final class HTTPClientOfTests: Sendable {
    private struct Call: Sendable {
        let method: String
        let target: String
        let headers: [String: String]
        let body: [UInt8]?
        let deadline: Deadline
        let continuation: CheckedContinuation<HTTPAnswer, any Error>
    }

    private struct State: Sendable {
        var waiting: [Call] = []
        var threads = 0
        var idleThreads = 0
        var isClosed = false
    }

    /// What the threads share; they hold no reference to the client, so that its end is theirs.
    private final class Desk: Sendable {
        let state = Locked(State())
        let work = DispatchSemaphore(value: 0)
    }

    public let address: HTTPAddress
    private let limit: Int
    private let desk = Desk()

    /// - Parameter connections: how many requests are in flight at once; the others wait, and their time counts.
    public init(_ address: HTTPAddress, connections: Int = 16) {
        self.address = address
        limit = connections
    }

    deinit {
        let threads = desk.state.withLock { state in
            state.isClosed = true
            return state.threads
        }
        for _ in 0..<threads { desk.work.signal() }
    }

    /// Sends a request; any status is an answer.
    /// - Parameter timeout: for all of it, from connecting to the last byte.
    /// - Throws: `HTTPFailure`.
    public func send(
        _ method: String, _ target: String, headers: [String: String] = [:], body: [UInt8]? = nil,
        timeout: Duration = .seconds(30)
    ) async throws -> HTTPAnswer {
        let deadline = Deadline(within: timeout)
        return try await withCheckedThrowingContinuation { continuation in
            let call = Call(
                method: method, target: target, headers: headers, body: body, deadline: deadline,
                continuation: continuation)
            let needsThread = desk.state.withLock { state in
                state.waiting.append(call)
                guard state.idleThreads < state.waiting.count, state.threads < limit else { return false }
                state.threads += 1
                return true
            }
            if needsThread { startThread() }
            desk.work.signal()
        }
    }

    private func startThread() {
        let (desk, address) = (desk, address)
        do {
            try DedicatedThread.start(name: "test-http") { Self.serve(desk, address) }
        } catch {
            let stranded = desk.state.withLock { state in
                state.threads -= 1
                defer { if state.threads == 0 { state.waiting = [] } }
                return state.threads == 0 ? state.waiting : []
            }
            for call in stranded { call.continuation.resume(throwing: error) }
        }
    }

    private static func serve(_ desk: Desk, _ address: HTTPAddress) {
        var kept: HTTPSocket?
        while true {
            desk.state.withLock { $0.idleThreads += 1 }
            desk.work.wait()
            let (call, isClosed) = desk.state.withLock { state -> (Call?, Bool) in
                state.idleThreads -= 1
                return (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isClosed)
            }
            if let call {
                call.continuation.resume(with: Result { try perform(call, address, &kept) })
            } else if isClosed {
                return
            }
        }
    }

    private static func perform(_ call: Call, _ address: HTTPAddress, _ kept: inout HTTPSocket?) throws -> HTTPAnswer {
        let socket: HTTPSocket
        if let idle = kept, idle.isIdle {
            socket = idle
        } else {
            socket = try HTTPSocket(to: address, deadline: call.deadline)
        }
        kept = nil
        let exchange = HTTPExchange(socket: socket)
        try exchange.send(call.method, call.target, headers: call.headers, body: call.body, deadline: call.deadline)
        let head = try exchange.head(deadline: call.deadline)
        let body = try exchange.body(of: head, method: call.method, deadline: call.deadline)
        if exchange.canGoOn(after: head, method: call.method) { kept = socket }
        return HTTPAnswer(status: head.status, headers: head.headers, body: body)
    }
}
