/// A random name that is never used twice: 24 hexadecimal digits.
public struct Nonce: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    /// A fresh one. `generator` is an argument so that tests can repeat a run.
    public init(using generator: inout some RandomNumberGenerator) {
        let digits = Array("0123456789abcdef".utf8)
        var bytes: [UInt8] = []
        for _ in 0..<2 {
            var word = UInt64.random(in: .min ... .max, using: &generator)
            for _ in 0..<12 {
                bytes.append(digits[Int(word & 15)])
                word >>= 4
            }
        }
        text = String(decoding: bytes, as: UTF8.self)
    }

    public static func random() -> Nonce {
        var generator = SystemRandomNumberGenerator()
        return Nonce(using: &generator)
    }

    public init(_ text: String) throws(InvalidValue) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(\.isASCIILetterOrDigit) else {
            throw InvalidValue("must be 1 to 64 letters and digits")
        }
        self.text = text
    }

    public var description: String { text }
}

extension Nonce: Codable {
    public init(from decoder: any Decoder) throws {
        self = try InvalidValue.decoding(decoder) { text throws(InvalidValue) in try Nonce(text) }
    }
    public func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }
}
