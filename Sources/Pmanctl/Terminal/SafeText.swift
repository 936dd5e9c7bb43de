/// Text of jobs and of others, made harmless for a terminal: what would move the cursor, change colours, rename the
/// window or turn the direction of writing is shown instead of obeyed.
enum SafeText {
    /// As one line.
    static func line(_ text: String) -> String { shown(text) { _ in false } }

    /// Several lines: line feeds and tabs stay; the CR of a CR LF goes.
    static func lines(_ text: String) -> String {
        shown(text.unicodeScalars.contains("\r") ? withoutReturns(text) : text) { $0 == "\n" || $0 == "\t" }
    }

    private static func withoutReturns(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var held = false
        for scalar in text.unicodeScalars {
            if held, scalar != "\n" { kept.append("\r") }
            held = scalar == "\r"
            if !held { kept.append(scalar) }
        }
        return String(kept)
    }

    private static func shown(_ text: String, keeping isKept: (Unicode.Scalar) -> Bool) -> String {
        guard text.unicodeScalars.contains(where: { isHarmful($0) && !isKept($0) }) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isKept(scalar) || !isHarmful(scalar) {
                shown.append(scalar)
            } else {
                shown.append(contentsOf: picture(of: scalar).unicodeScalars)
            }
        }
        return String(shown)
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        // Line and paragraph separator; marks, embeddings, overrides and isolates of direction.
        case 0x2028, 0x2029, 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// `^[` as cat -v writes it, or the code point.
    private static func picture(of scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x0A: "\\n"
        case 0x09: " "
        case 0..<0x20: "^" + String(UnicodeScalar(UInt8(scalar.value) + 0x40))
        case 0x7F: "^?"
        default: "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }
}
