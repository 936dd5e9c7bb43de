/// Text as a string literal of WDL 1.0.
enum WDLString {
    /// The literal, in double quotes. All but letters, digits and a few signs is written as `\u…`, so that nothing in it
    /// is an expression, an escape or an end.
    ///
    /// https://github.com/openwdl/wdl/blob/main/versions/1.0/SPEC.md#whitespace-strings-identifiers-constants
    static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            if let byte = UInt8(exactly: scalar.value), isPlain(byte) {
                literal.unicodeScalars.append(scalar)
            } else if scalar.value <= 0xFFFF {
                literal += "\\u" + digits(scalar.value, 4)
            } else {
                literal += "\\U" + digits(scalar.value, 8)
            }
        }
        return literal + "\""
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: plainSigns.contains(byte)
        }
    }

    private static let plainSigns = Set(" @%+=:,./_-[]()".utf8)

    private static func digits(_ value: UInt32, _ count: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: count - text.utf8.count) + text
    }
}
