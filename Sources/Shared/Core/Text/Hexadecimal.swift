extension [UInt8] {
    /// What hexadecimal digits, in either case, say (RFC 4648, section 8); nil where something else is among them, or half a byte.
    public init?(hexadecimal text: String) {
        let digits = text.utf8.map { byte in UInt8(exactly: Character(UnicodeScalar(byte)).hexDigitValue ?? -1) }
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        reserveCapacity(digits.count / 2)
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[place], let low = digits[place + 1] else { return nil }
            append(high << 4 | low)
        }
    }
}

extension Sequence<UInt8> {
    /// Two digits for each byte, in lower case.
    public var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
