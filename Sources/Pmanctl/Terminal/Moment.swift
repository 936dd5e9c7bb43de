import FoundationEssentials

/// Times as the gateway writes them (ISO 8601), for people.
enum Moment {
    static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle()))
    }

    /// How long ago; nil for no time, or one that cannot be read.
    static func age(_ text: String?, at now: Date) -> Span? {
        text.flatMap { date($0) }.map { Span(seconds: Int(max(0, min(now.timeIntervalSince($0), 1e9)))) }
    }

    /// From one time to another.
    static func between(_ start: String?, _ end: String?) -> Span? {
        guard let end = end.flatMap({ date($0) }) else { return nil }
        return age(start, at: end)
    }
}
