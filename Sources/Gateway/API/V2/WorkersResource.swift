import Core
import Foundation
import Hummingbird

/// `GET /api/v2/workers`.
struct WorkersResource: V2Resource {
    let workers: Workers

    var routes: [V2Route] { [V2Route(.get, "workers") { _ in Answer.json(.ok, WorkersAnswer(workers)).response }] }
}

/// All workers, as the API shows them.
struct WorkersAnswer: Encodable {
    private let workers: [WorkerAnswer]

    init(_ workers: Workers) {
        let now = ContinuousClock.now
        self.workers = workers.all().map { WorkerAnswer($0, now: now) }.sorted { $0.order < $1.order }
    }
}

/// A worker as the API shows it. What heartbeats do not tell is null.
private struct WorkerAnswer: Encodable {
    let heartbeat: Heartbeat
    let silence: Double

    init(_ seen: Workers.Seen, now: ContinuousClock.Instant) {
        heartbeat = seen.heartbeat
        silence = seen.at.duration(to: now) / .seconds(1)
    }

    var order: String { "\(heartbeat.backend.rawValue) \(heartbeat.engine) \(heartbeat.session.text)" }

    private enum Key: String, CodingKey {
        case name, backend, engine, version, active, running, slots, unreachable, capacity, free, labels
        case lastHeard = "last_heard_seconds"
    }

    private enum ResourceKey: String, CodingKey {
        case cpu = "cpu_millicores"
        case memory = "memory_mebibytes"
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(heartbeat.name ?? heartbeat.session.text, forKey: .name)
        try fields.encode(heartbeat.backend, forKey: .backend)
        try fields.encode(heartbeat.engine, forKey: .engine)
        try fields.encode(heartbeat.program, forKey: .version)
        try fields.encode(heartbeat.active, forKey: .active)
        try fields.encode(heartbeat.running, forKey: .running)
        try fields.encode((silence * 10).rounded() / 10, forKey: .lastHeard)
        try fields.encode(heartbeat.unreachable, forKey: .unreachable)
        try fields.encode(heartbeat.slots, forKey: .slots)
        for (key, size) in [(Key.capacity, heartbeat.capacity), (.free, heartbeat.free)] {
            var resources = fields.nestedContainer(keyedBy: ResourceKey.self, forKey: key)
            try resources.encode(size?.cpuMillicores, forKey: .cpu)
            try resources.encode(size?.memoryMebibytes, forKey: .memory)
        }
        try fields.encode(heartbeat.labels ?? [:], forKey: .labels)
    }
}
