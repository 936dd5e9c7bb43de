/// A kind of scheduler.
public enum Backend: String, Sendable, Hashable, Codable, CaseIterable {
    case docker, swarm, kubernetes, cromwell, slurm

    /// Reads the names that operators use: `podman` speaks Docker's API and `openshift` Kubernetes'.
    public init(named name: String) throws(InvalidValue) {
        switch name.lowercased() {
        case "podman": self = .docker
        case "openshift": self = .kubernetes
        case let other:
            guard let backend = Backend(rawValue: other) else {
                throw InvalidValue(
                    "must be one of docker, podman, swarm, kubernetes, openshift, cromwell, slurm")
            }
            self = backend
        }
    }

    /// Whether `cmd` is shown quoted for a shell; the others join the words with spaces.
    public var quotesCommand: Bool { self == .docker || self == .cromwell }

    /// Whether a job may have more than one worker.
    public var allowsSeveralWorkers: Bool { self != .docker }

    /// The `timestamp` of a job that has not started.
    public var timestampBeforeStart: String { self == .kubernetes ? "" : "0001-01-01T00:00:00Z" }
}
