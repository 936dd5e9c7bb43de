/// The five words that ChRIS knows.
public enum JobStatus: String, Sendable, Hashable, Codable {
    case notstarted, started, finishedSuccessfully, finishedWithError
    /// The job is truly gone. ChRIS takes it for the end of the job, so it never means "cannot tell right now".
    case undefined

    /// Whether nothing comes after it.
    public var isFinal: Bool { self == .finishedSuccessfully || self == .finishedWithError || self == .undefined }

    /// The order in which a job passes through its statuses; a lower one after a higher one is late news.
    public var rank: Int {
        switch self {
        case .notstarted: 0
        case .started: 1
        case .finishedSuccessfully, .finishedWithError, .undefined: 2
        }
    }
}
