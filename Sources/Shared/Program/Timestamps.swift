import FoundationEssentials

/// Times as they are shown to clients and written into the log.
public enum Timestamps {
    /// ISO 8601 in UTC with milliseconds.
    public static func now() -> String { Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
}
