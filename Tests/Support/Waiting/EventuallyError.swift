/// Something that had to happen did not, within its time.
public struct EventuallyError: Error, CustomStringConvertible {
    public let what: String
    public let within: Duration
    /// What was there instead, where the caller could tell.
    public let lastSeen: String?
    /// What the condition threw when it was asked last.
    public let lastError: (any Error)?

    public var description: String {
        var text = "did not happen within \(within): \(what)"
        if let lastSeen { text += "; last seen: \(lastSeen)" }
        if let lastError { text += "; last error: \(lastError)" }
        return text
    }
}
