import Core
import Testing

@Suite("Paths below the storage root")
struct StoragePathTests {
    @Test(
        "slashes at both ends and doubled ones do not matter, everything else is kept as it is",
        arguments: [
            ("a", "a"), ("a/b", "a/b"), ("/a/b/", "a/b"), ("///a///b///", "a/b"), ("a b/ü", "a b/ü"),
            ("...", "..."), (".a/..b/c..", ".a/..b/c.."), ("-rf", "-rf"), ("~", "~"), ("$HOME", "$HOME"),
            ("a:b", "a:b"), ("a\\..\\b", "a\\..\\b"), ("%2e%2e/x", "%2e%2e/x"), (" ", " "), ("a/ /b", "a/ /b"),
            ("．．/x", "．．/x"), ("e\u{301}", "e\u{301}"),
        ])
    func accepted(given: String, kept: String) throws {
        let path = try StoragePath(given)
        #expect(Array(path.text.utf8) == Array(kept.utf8))
        #expect(path.below("/storage") == "/storage/" + kept)
        #expect(path.below("/storage/") == "/storage/" + kept)
    }

    @Test(
        "what names the root, leaves it or hides something in the name is refused",
        arguments: [
            "", "/", "///", ".", "..", "./", "../", "/..", "/../", "a/..", "a/../b", "../a", "a/./b", "./a", "a/.",
            "//..//", "a//../b", "../../../etc", "a\u{0}b", "a/\u{0}", "a\nb", "a\r\n/b", "a\tb", "\u{7f}", "a\u{85}b",
            "..\u{0}", "\u{0}",
        ])
    func refused(given: String) {
        #expect(throws: InvalidValue.self) { try StoragePath(given) }
    }

    /// A slash and a combining character after it are one `Character` of Swift's, but two to the kernel.
    @Test(
        "a combining character after a slash does not hide the slash",
        arguments: [
            "../\u{301}x", "a/../\u{200d}b", "a/..\u{2f}\u{fe0f}", "x/\u{301}/../\u{308}y", "./\u{301}", "../\u{20dd}",
            "a/../\u{1f3fb}",
        ])
    func combining(given: String) {
        #expect(throws: InvalidValue.self) { try StoragePath(given) }
    }

    @Test("components are divided at every slash byte")
    func slashes() throws {
        #expect(Array(try StoragePath("/\u{301}a//\u{301}b/").text.utf8) == Array("\u{301}a/\u{301}b".utf8))
    }

    @Test("what the kernel would not take is refused")
    func lengths() throws {
        let part = String(repeating: "x", count: 255)
        #expect(try StoragePath(part).text == part)
        #expect(throws: InvalidValue.self) { try StoragePath(part + "x") }
        #expect(throws: InvalidValue.self) { try StoragePath(String(repeating: "ü", count: 128)) }
        #expect(throws: InvalidValue.self) { try StoragePath(Array(repeating: part, count: 16).joined(separator: "/")) }
    }

    @Test("two spellings of a letter are two directories")
    func spellings() throws {
        #expect(try StoragePath("\u{e9}") != StoragePath("e\u{301}"))
    }

    @Test("a path from a message obeys the same rules")
    func decoding() throws {
        #expect(throws: DecodingError.self) {
            try JSONMessage.decode([StoragePath].self, from: Array(#"["a/../../b"]"#.utf8))
        }
        #expect(throws: DecodingError.self) { try JSONMessage.decode([StoragePath].self, from: Array("[1]".utf8)) }
    }
}
