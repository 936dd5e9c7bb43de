import Core
import Testing

@Suite("Text from outside in messages")
struct MessageTextTests {
    @Test(
        "a terminal finds nothing to obey in it",
        arguments: [
            ("plain", "plain"), ("a\nb\r\nc", "a b  c"), ("\u{1b}[2J", " [2J"), ("a\u{0}b", "a b"),
            ("a\u{2028}b", "a b"),
            ("a\u{202e}b", "a b"), ("ü 日本", "ü 日本"), ("e\u{301}", "e\u{301}"), ("", ""),
        ])
    func harmless(text: String, shown: String) {
        #expect(text.forMessage == shown)
    }

    @Test("it has an end")
    func bounded() {
        #expect("abcdef".forMessage(limit: 3) == "abc…")
        #expect("abc".forMessage(limit: 3) == "abc")
        #expect(String(repeating: "x", count: 10_000).forMessage.count == 201)
        #expect(("x" + String(repeating: "\u{301}", count: 10_000)).forMessage.unicodeScalars.count == 201)
    }
}
