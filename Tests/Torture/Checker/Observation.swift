/// What a client saw: one request with its answer. One client does all that is done to a job, one after the other.
struct Observation: Sendable, Hashable {
    enum Kind: Sendable, Hashable { case post, get, delete }

    /// What came back.
    enum Answer: Sendable, Hashable {
        /// No answer, or 503: it may have been done or not.
        case unknown
        case created
        /// - Parameter life: the epoch of the job that is shown, which a gateway that lags may take for that before.
        case job(status: String, message: String, isStale: Bool, life: Int)
        case gone
        case deleted
        /// Anything that should never come.
        case other(Int, String)
    }

    let job: String
    /// How often the id was used before; a new one begins with a POST after a DELETE that was answered 204.
    let epoch: Int
    let gateway: Int
    let kind: Kind
    /// Seconds since the run began, by the test's own clock.
    let sent: Double
    let received: Double
    let answer: Answer

    /// The epoch that it tells of.
    var life: Int { if case .job(_, _, _, let life) = answer { life } else { epoch } }
}
