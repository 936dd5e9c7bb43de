import Core

/// Tells why jobs wait, by what the workers said lately.
struct WaitingReasons: Sendable {
    let heartbeats: [Heartbeat]

    init(_ workers: Workers) { self.init(heartbeats: workers.all().map(\.heartbeat)) }

    init(heartbeats: [Heartbeat]) { self.heartbeats = heartbeats }

    /// - Returns: nil for a job that has started.
    func reason(_ submission: Submission) -> Waiting? {
        guard submission.report?.status.rank ?? 0 == 0 else { return nil }
        let backend = submission.id.key.backend
        var heard = heartbeats.filter { $0.backend == backend }
        if let engine = submission.placement?.engine { heard = heard.filter { $0.engine == engine } }
        guard !heard.isEmpty else {
            return Waiting(
                reason: .noWorker, text: "queued: no worker of backend \(backend.rawValue) is connected")
        }
        let complaints = heard.compactMap(\.unreachable)
        if complaints.count == heard.count, let complaint = complaints.min() {
            return Waiting(reason: .engineUnreachable, text: "waiting: \(complaint.forMessage(limit: 300))")
        }
        let text = submission.report?.message
        if submission.placement != nil { return Waiting(reason: .scheduler, text: text ?? "created") }
        // Room is kept for it while its image comes.
        if let text, text.hasPrefix("pulling") { return Waiting(reason: .pulling, text: text) }
        if let full = Self.full(heard, submission.request.resources) { return full }
        if let text, text.hasPrefix("queued: attempt") { return Waiting(reason: .retrying, text: text) }
        return Waiting(reason: .queued, text: text ?? "queued")
    }

    /// That no engine has room now; nil where one has, or where nobody weighs it.
    private static func full(_ heard: [Heartbeat], _ asked: Resources) -> Waiting? {
        let engines = heard.filter(\.active)
        guard !engines.isEmpty, !engines.contains(where: { hasRoom($0, asked) }) else { return nil }
        guard let roomiest = engines.filter({ !isAtItsLimit($0) }).max(by: hasLessFree) else {
            let running = engines.reduce(0) { $0 + $1.running }
            return Waiting(reason: .engineFull, text: "queued: \(running) jobs run, and no more may at once")
        }
        let cpu = roomiest.free?.cpuMillicores.map { "\($0)m CPU" }
        let memory = roomiest.free?.memoryMebibytes.map { "\($0) MiB of memory" }
        let free = [cpu, memory].compactMap(\.self).joined(separator: " and ")
        let others = engines.count > 1 ? " on the emptiest of \(engines.count) engines" : ""
        return Waiting(
            reason: .engineFull,
            text:
                "queued: no room yet: it asks for \(asked.cpuMillicores)m CPU and \(asked.memoryMebibytes) MiB of memory; "
                + "free: \(free)\(others)")
    }

    private static func isAtItsLimit(_ engine: Heartbeat) -> Bool { engine.slots.map { engine.running >= $0 } ?? false }

    private static func hasLessFree(_ one: Heartbeat, _ other: Heartbeat) -> Bool {
        (one.free?.cpuMillicores ?? 0, one.free?.memoryMebibytes ?? 0)
            < (other.free?.cpuMillicores ?? 0, other.free?.memoryMebibytes ?? 0)
    }

    private static func hasRoom(_ engine: Heartbeat, _ asked: Resources) -> Bool {
        if isAtItsLimit(engine) { return false }
        if let cpu = engine.free?.cpuMillicores, cpu < asked.cpuMillicores { return false }
        if let memory = engine.free?.memoryMebibytes, memory < asked.memoryMebibytes { return false }
        return true
    }
}
