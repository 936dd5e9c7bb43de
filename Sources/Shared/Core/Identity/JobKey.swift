/// What a client addresses: a job id within one backend.
public struct JobKey: Sendable, Hashable, Codable, CustomStringConvertible {
    public let backend: Backend
    public let job: JobID

    public init(backend: Backend, job: JobID) {
        self.backend = backend
        self.job = job
    }

    public var description: String { "\(backend.rawValue)/\(job)" }
}
