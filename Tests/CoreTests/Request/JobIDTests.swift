import Core
import Testing

@Suite("Job ids")
struct JobIDTests {
    @Test(
        "leading slashes are dropped, as the original does; the rest is kept as the client wrote it",
        arguments: [
            ("a", "a"), ("/a", "a"), ("///a", "a"), ("0", "0"), ("A.b_c-d", "A.b_c-d"), ("a..b", "a..b"),
            ("chris-jid-1", "chris-jid-1"), ("a-", "a-"), ("a.", "a."), ("CON", "CON"),
        ])
    func accepted(given: String, kept: String) throws {
        #expect(try Body(["jid": .string(given)]).parsed().job.text == kept)
    }

    @Test(
        "what is not safe as a part of a container's name, a URL or a log line is refused",
        arguments: [
            "", "/", "//", "a/", "a/b", "/a/", ".", "..", ".a", "-a", "_a", "a b", " a", "a\n", "\na", "a\u{0}", "a?b",
            "a#b", "a%41", "a:b", "a;b", "a\"b", "a'b", "a\\b", "a+b", "a@b", "a=b", "a,b", "ü", "аbс", "a\u{301}",
            "１", "a\u{200b}", "/\u{301}a", "🙂",
        ])
    func refused(given: String) {
        #expect(Body(["jid": .string(given)]).badFields() == ["jid"])
    }

    @Test("an id is as long as names on every engine allow, and no longer")
    func lengths() throws {
        let longest = String(repeating: "x", count: JobID.maximumLength)
        #expect(try JobID(longest).text == longest)
        #expect(throws: InvalidValue.self) { try JobID(longest + "x") }
    }

    @Test("a refusal never repeats the id")
    func refusal() throws {
        let complaint = try #require(Body(["jid": "<script>"]).complaint(about: "jid"))
        #expect(!complaint.contains("script"))
    }
}
