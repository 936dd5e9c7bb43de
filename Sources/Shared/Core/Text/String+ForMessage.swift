extension String {
    /// The text made safe to repeat in an answer, a message or a log line: bounded, on one line, without control
    /// characters that a terminal would obey.
    public var forMessage: String { forMessage(limit: 200) }

    /// - Parameter limit: how many characters are kept.
    public func forMessage(limit: Int) -> String {
        // As it is, most often: asking Unicode's tables about each character takes its time.
        if utf8.count <= limit, utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
        var result = ""
        var count = 0
        for scalar in unicodeScalars {
            if count == limit { return result + "…" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                result.append(" ")
            default: result.unicodeScalars.append(scalar)
            }
            count += 1
        }
        return result
    }
}
