import Foundation
import Threads

/// Follows an engine's own events and remembers every start of a container.
///
/// Docker keeps only its last 256 events, and none over a restart, so they cannot be asked for afterwards.
public final class StartRecorder: Sendable {
    /// One start, as the engine tells it.
    public struct Start: Sendable, Hashable {
        public let container: String
        /// The label `org.chrisproject.pman.submission`; empty when the container has none.
        public let submission: String
        /// Nanoseconds since 1970: two events of one container differ in it.
        public let nanoseconds: Int
    }

    private struct State: Sendable {
        var starts: Set<Start> = []
        var isStopped = false
    }

    private static let filters = JSONValue.object(["type": ["container"], "event": ["start"]]).description.queryEscaped

    private let state = Locked(State())
    private let begin = Int(Date().timeIntervalSince1970) - 1

    init() {}

    /// Follows until `stop()` and the engine's end; connects again when the engine comes back.
    func follow(_ address: HTTPAddress) throws {
        try DedicatedThread.start(name: "test-events") { [self] in
            while !state.withLock({ $0.isStopped }) {
                try? readEvents(address)
                usleep(20_000)
            }
        }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    private func readEvents(_ address: HTTPAddress) throws {
        let deadline = Deadline(within: .seconds(24 * 3600))
        let exchange = HTTPExchange(socket: try HTTPSocket(to: address, deadline: Deadline(within: .seconds(5))))
        let target = "/events?since=\(begin)&filters=\(Self.filters)"
        try exchange.send("GET", target, headers: [:], body: nil, deadline: deadline)
        let head = try exchange.head(deadline: deadline)
        guard head.status == 200, head.isChunked else { return }
        var rest: [UInt8] = []
        while let chunk = try exchange.chunk(deadline: deadline) {
            rest += chunk
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                remember(Array(rest[..<end]))
                rest.removeSubrange(...end)
            }
        }
    }

    private func remember(_ line: [UInt8]) {
        guard let event = JSONValue(parsing: line), let container = event["Actor"]["ID"].string else { return }
        let start = Start(
            container: container,
            submission: event["Actor"]["Attributes"]["org.chrisproject.pman.submission"].string ?? "",
            nanoseconds: event["timeNano"].int ?? 0)
        state.withLock { _ = $0.starts.insert(start) }
    }

    /// Takes in what has happened up to now; what the stream has not brought yet is asked for.
    /// - Parameter wholeSeconds: Podman reads no fraction, and answers when the second is over.
    func refresh(through api: HTTPClientOfTests, wholeSeconds: Bool) async {
        let seconds = Date().timeIntervalSince1970
        let now = wholeSeconds ? String(Int(seconds) + 1) : String(format: "%.6f", seconds)
        let target = "/events?since=\(begin)&until=\(now)&filters=\(Self.filters)"
        guard let answer = try? await api.send("GET", target, timeout: .seconds(10)), answer.status == 200 else {
            return
        }
        for line in answer.body.split(separator: UInt8(ascii: "\n")) { remember(Array(line)) }
    }

    /// Every start seen, the oldest first.
    public var starts: [Start] {
        state.withLock { $0.starts }.sorted { $0.nanoseconds < $1.nanoseconds }
    }

    /// - Parameter since: seconds since 1970.
    func counts(since: Double) -> [String: Int] {
        var counts: [String: Int] = [:]
        for start in starts where !start.submission.isEmpty && Double(start.nanoseconds) >= since * 1e9 {
            counts[start.submission, default: 0] += 1
        }
        return counts
    }
}
