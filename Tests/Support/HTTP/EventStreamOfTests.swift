import Glibc
import Threads

/// A client of Server-Sent Events that reads on a thread of its own.
public final class EventStreamOfTests: Sendable {
    public struct Event: Sendable, Hashable {
        public var name = "message"
        public var id: String?
        public var data = ""

        public var json: JSONValue { JSONValue(parsing: Array(data.utf8)) ?? .null }
    }

    private struct State: Sendable {
        var status: Int?
        var events: [Event] = []
        var comments = 0
        var isPaused = false
        var mustClose = false
        var hasEnded = false
        var failure: String?
    }

    private let state: Locked<State>

    /// - Parameters:
    ///   - lastEventID: the id of the last event of an earlier connection.
    ///   - paused: does not read until `resume()`.
    public init(_ address: HTTPAddress, _ target: String, lastEventID: String? = nil, paused: Bool = false) throws {
        let state = Locked(State(isPaused: paused))
        self.state = state
        try DedicatedThread.start(name: "test-events") {
            do { try Self.read(address, target, lastEventID, state) } catch {
                state.withLock { $0.failure = "\(error)" }
            }
            state.withLock { $0.hasEnded = true }
        }
    }

    deinit { close() }

    public var status: Int? { state.withLock { $0.status } }
    public var events: [Event] { state.withLock { $0.events } }
    public var comments: Int { state.withLock { $0.comments } }
    /// The server ended it, or it was closed.
    public var hasEnded: Bool { state.withLock { $0.hasEnded } }
    /// Why it ended, when that was not in order.
    public var failure: String? { state.withLock { $0.failure } }

    public func resume() { state.withLock { $0.isPaused = false } }
    public func close() { state.withLock { $0.mustClose = true } }

    /// Waits for an event.
    public func waitFor(
        _ what: String, within: Duration = .seconds(20), _ condition: @Sendable (Event) -> Bool
    ) async throws -> Event {
        try await eventuallyValue(within: within, what, lastSeen: { "\(self.events.suffix(3)) \(self.failure ?? "")" })
        {
            events.first(where: condition)
        }
    }

    private static func read(
        _ address: HTTPAddress, _ target: String, _ lastEventID: String?, _ state: Locked<State>
    ) throws {
        let forever = Deadline(within: .seconds(300))
        let socket = try HTTPSocket(to: address, deadline: forever)
        let exchange = HTTPExchange(socket: socket)
        var headers = ["Accept": "text/event-stream"]
        headers["Last-Event-ID"] = lastEventID
        try exchange.send("GET", target, headers: headers, body: nil, deadline: forever)
        var event = Event()
        var rest: [UInt8] = []
        var head: HTTPExchange.Head?
        while !state.withLock({ $0.mustClose }) {
            if state.withLock({ $0.isPaused }) {
                usleep(20_000)
                continue
            }
            guard socket.hasSomethingToRead(within: .milliseconds(50)) else { continue }
            if head == nil {
                let first = try exchange.head(deadline: forever)
                state.withLock { $0.status = first.status }
                head = first
                guard first.status == 200 else { return }
            }
            guard let chunk = try exchange.chunk(deadline: forever) else { return }
            rest += chunk
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeFirst(end + 1)
                take(line, into: &event, state)
            }
        }
    }

    private static func take(_ line: String, into event: inout Event, _ state: Locked<State>) {
        if line.isEmpty {
            let whole = event
            if !whole.data.isEmpty { state.withLock { $0.events.append(whole) } }
            event = Event()
        } else if line.hasPrefix(":") {
            state.withLock { $0.comments += 1 }
        } else if let value = line.value(of: "event") {
            event.name = value
        } else if let value = line.value(of: "id") {
            event.id = value
        } else if let value = line.value(of: "data") {
            event.data += (event.data.isEmpty ? "" : "\n") + value
        }
    }
}

extension String {
    fileprivate func value(of field: String) -> String? {
        hasPrefix(field + ": ") ? String(dropFirst(field.count + 2)) : nil
    }
}
