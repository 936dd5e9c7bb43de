import Core
import Testing

@Suite("JSON bodies")
struct JSONBodyTests {
    @Test(
        "what is not JSON in UTF-8 is refused",
        arguments: [
            "{\"jid\": ", "", " ", "{} x", "{\"jid\": NaN}", "{'jid': 'a'}", "{jid: 1}", "\u{feff}{}", "// comment\n{}",
            "\"\\ud800\"", "\"a\nb\"", "01", "+1", "1.", "1e400", "nul", "True", "\u{0}", "{}\u{0}",
        ])
    func notJSON(text: String) {
        #expect(throws: DecodingError.self) { try JSONMessage.decode(JSONValue.self, from: Array(text.utf8)) }
    }

    @Test(
        "bytes that are not UTF-8 are refused, other encodings too",
        arguments: [
            [0x22, 0xff, 0x22], [0x22, 0xc0, 0xaf, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xff, 0xfe, 0x31, 0x00],
            [0x31, 0x00], [0x00, 0x31], [0x31, 0x00, 0x00, 0x00], [0xef, 0xbb, 0xbf, 0x31],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        #expect(throws: DecodingError.self) { try JSONMessage.decode(JSONValue.self, from: bytes) }
    }

    @Test("nesting without end is refused and not followed")
    func nesting() {
        #expect(throws: DecodingError.self) {
            try JSONMessage.decode(JSONValue.self, from: Array(repeating: UInt8(ascii: "["), count: 1_000_000))
        }
    }

    @Test(
        "numbers, booleans, strings and null stay what they are",
        arguments: [
            ("null", JSONValue.null), ("true", true), ("false", false), ("0", 0), ("1", 1), ("-1", -1), ("1.5", 1.5),
            ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("100000000000000000000", .number(1e20)), ("\"1\"", "1"), ("\"true\"", "true"), ("\"\"", ""),
            ("\"\\u0000\"", "\u{0}"), ("\"\\ud83d\\ude42\"", "🙂"), ("[]", []), ("{}", [:]),
            ("[1, \"1\", true, null]", [1, "1", true, .null]), ("{\"a\": {\"b\": [0]}}", ["a": ["b": [0]]]),
        ] as [(String, JSONValue)])
    func kinds(text: String, value: JSONValue) throws {
        let decoded = try JSONMessage.decode(JSONValue.self, from: Array(text.utf8))
        #expect(decoded == value)
        #expect(try JSONMessage.decode(JSONValue.self, from: JSONMessage.encode(value)) == value)
    }
}
