import Core

/// Something that an engine still has to do, or to report.
struct EngineWork: Sendable, Hashable {
    enum Kind: String, Sendable {
        /// Allowed to start; nothing has been heard of it since.
        case start
        /// Started; has no final status yet.
        case check
        /// Nobody needs it any more.
        case remove
    }

    let kind: Kind
    let engine: EngineID
    let subject: ControlCommand.Subject
}
