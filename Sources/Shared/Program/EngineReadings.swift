public import Core
public import Exposition

/// What workers say of their engines, as gauges.
public enum EngineReadings {
    /// - Parameter heartbeats: of all workers that are known; of several on one engine the active one counts.
    public static func add(to exposition: Exposition, _ heartbeats: @escaping @Sendable () -> [Heartbeat]) {
        typealias Sample = Exposition.Sample
        @Sendable func engines() -> [Heartbeat] {
            var found: [EngineID: Heartbeat] = [:]
            for heartbeat in heartbeats() where found[heartbeat.engine]?.active != true {
                found[heartbeat.engine] = heartbeat
            }
            return found.values.sorted { $0.engine.text < $1.engine.text }
        }
        @Sendable func labels(_ heartbeat: Heartbeat) -> [(String, String)] {
            [("backend", heartbeat.backend.rawValue), ("engine", heartbeat.engine.text)]
        }
        // In the units that Prometheus recommends: cores and bytes.
        @Sendable func sizes(_ heartbeat: Heartbeat, _ size: EngineSize?, jobs: Int?) -> [Sample] {
            [
                ("cpu", size?.cpuMillicores.map { Double($0) / 1000 }),
                ("memory", size?.memoryMebibytes.map { Double($0) * 1_048_576 }), ("jobs", jobs.map(Double.init)),
            ].compactMap { name, value in
                value.map { Sample($0, [("engine", heartbeat.engine.text), ("resource", name)]) }
            }
        }
        exposition.read("pman_workers", "Workers that were heard of lately") {
            Dictionary(grouping: heartbeats(), by: \.engine).values.compactMap { all in
                all.first.map { Sample(Double(all.count), labels($0)) }
            }
        }
        exposition.read("pman_jobs_running", "Jobs on the engine") {
            engines().map { Sample(Double($0.running), labels($0)) }
        }
        exposition.read("pman_engine_reachable", "Whether the engine answers its worker") {
            engines().map { Sample($0.unreachable == nil ? 1 : 0, labels($0)) }
        }
        exposition.read("pman_engine_capacity", "What the engine has for jobs; absent where nobody weighs it") {
            engines().flatMap { sizes($0, $0.capacity, jobs: $0.slots) }
        }
        exposition.read("pman_engine_free", "What of it no job has asked for") {
            engines().flatMap { engine in
                sizes(engine, engine.free, jobs: engine.slots.map { max(0, $0 - engine.running) })
            }
        }
    }
}
