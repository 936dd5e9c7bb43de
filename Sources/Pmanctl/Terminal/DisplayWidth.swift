/// How many columns of a terminal text takes.
enum DisplayWidth {
    static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

    /// What terminals do with a cluster: as wide as its widest part. Two for East Asian wide characters and emoji
    /// (Unicode's UAX #11), none for marks that stand on others.
    static func of(_ character: Character) -> Int {
        if let byte = character.asciiValue { return byte < 32 || byte == 127 ? 0 : 1 }
        let scalars = character.unicodeScalars
        if scalars.contains("\u{FE0F}") { return 2 }
        return scalars.reduce(0) { max($0, of($1)) }
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        if scalar.properties.isEmojiPresentation { return 2 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF, 0x1F300...0x1F64F,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    /// `text`, or as much of its beginning as fits before an ellipsis.
    static func clip(_ text: String, to width: Int) -> String {
        // Most texts are short: no need to measure all of one that is very long.
        var used = 0
        var kept = text.startIndex
        for index in text.indices {
            used += of(text[index])
            if used > width { return width > 0 ? text[..<kept] + "…" : "" }
            if used <= width - 1 { kept = text.index(after: index) }
        }
        return text
    }
}
