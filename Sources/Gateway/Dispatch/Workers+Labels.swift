import Core

extension Workers {
    /// What `JOB_LABELS` of the engine's workers says.
    func labels(of engine: EngineID) -> [String: String] {
        all().map(\.heartbeat).first { $0.engine == engine && $0.active }?.labels ?? [:]
    }

    /// The engines whose workers say so.
    /// - Parameter label: `KEY` or `KEY=VALUE`.
    func engines(labelled label: String) -> Set<EngineID> {
        let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return Set(all().map(\.heartbeat.engine)).filter { engine in
            guard let value = labels(of: engine)[parts[0]] else { return false }
            return parts.count == 1 || value == parts[1]
        }
    }
}
