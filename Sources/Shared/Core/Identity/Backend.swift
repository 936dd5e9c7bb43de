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

    /// The longest job id in characters that the backend's names have room for.
    ///
    /// A Kubernetes Job's name is also a label's value, so 63 characters, of which the random part takes nine.
    public var maximumJobIDLength: Int { self == .kubernetes ? 54 : JobID.maximumLength }

    /// Refuses an id that cannot begin the name of a job's object. On Kubernetes that is a DNS label (RFC 1123):
    /// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
    public func check(_ job: JobID) throws(InvalidValue) {
        guard self == .kubernetes else { return }
        let bytes = job.text.utf8
        guard let first = bytes.first, first.isASCIILowercase || first.isASCIIDigit,
            bytes.allSatisfy({ $0.isASCIILowercase || $0.isASCIIDigit || $0 == UInt8(ascii: "-") })
        else {
            throw InvalidValue(
                "must begin with a lower-case letter or digit and have only lower-case letters, digits and '-': "
                    + "on Kubernetes it is a part of an object's name")
        }
        guard bytes.count <= maximumJobIDLength else {
            throw InvalidValue(
                "must not be longer than \(maximumJobIDLength) characters: on Kubernetes it is a part of an object's name"
            )
        }
    }

    /// The `timestamp` of a job that has not started.
    public var timestampBeforeStart: String { self == .kubernetes ? "" : "0001-01-01T00:00:00Z" }
}
