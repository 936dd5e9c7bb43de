public import FoundationEssentials

/// Times as they are shown to clients and written into the log.
public enum Timestamps {
    /// ISO 8601 in UTC with milliseconds.
    public static func now() -> String { Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }

    /// Reads what engines write: ISO 8601 with or without parts of a second, of any number of digits.
    public static func parse(_ text: String) -> Date? {
        var whole = text
        if let point = text.firstIndex(of: "."),
            let end = text[text.index(after: point)...].firstIndex(where: { !$0.isNumber })
        {
            whole.removeSubrange(point..<end)
        }
        return try? Date(whole, strategy: .iso8601)
    }
}
