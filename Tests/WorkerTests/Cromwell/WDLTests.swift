import Core
import Testing

@testable import Worker

@Suite struct WDLTests {
    @Test(
        "a literal has nothing in it that means anything",
        arguments: [
            ("local/pmt:1", #""local/pmt:1""#), (#"a"b\"#, #""a\u0022b\u005c""#), ("~{x}", #""\u007e\u007bx\u007d""#),
            ("é🙂", #""\u00e9\U0001f642""#), ("$'", #""\u0024\u0027""#),
        ])
    func literals(text: String, literal: String) { #expect(WDLString.literal(text) == literal) }

    @Test(
        "a directory with incoming and outgoing is sharedir, everything else is two attributes",
        arguments: [
            ("key-1/incoming", "key-1/outgoing", SharedDirectories.together(sharedir: "/store/key-1")),
            ("a/b/incoming", "a/b/outgoing", .together(sharedir: "/store/a/b")),
            ("a/incoming", "b/outgoing", .apart(input: "/store/a/incoming", output: "/store/b/outgoing")),
            ("home/in", "home/out", .apart(input: "/store/home/in", output: "/store/home/out")),
            // The storage root would be all jobs' data.
            ("incoming", "outgoing", .apart(input: "/store/incoming", output: "/store/outgoing")),
            // The original's sites put it into a shell command as it is.
            ("a b/incoming", "a b/outgoing", .apart(input: "/store/a b/incoming", output: "/store/a b/outgoing")),
            (
                "$(id)/incoming", "$(id)/outgoing",
                .apart(input: "/store/$(id)/incoming", output: "/store/$(id)/outgoing")
            ),
            ("a:b/incoming", "a:b/outgoing", .apart(input: "/store/a:b/incoming", output: "/store/a:b/outgoing")),
        ])
    func directories(input: String, output: String, expected: SharedDirectories) throws {
        let found = SharedDirectories(
            input: try StoragePath(input), output: try StoragePath(output), storeBase: "/store")
        #expect(found == expected)
    }

    @Test(arguments: [(1, "2M"), (100, "105M"), (1000, "1049M"), (1_000_000, "1048576M")])
    func `memory is in millions of bytes, rounded up`(mebibytes: Int, text: String) {
        #expect(RuntimeAttributes.megabytes(mebibytes) == text)
    }

    @Test(arguments: [(1, "1"), (1000, "1"), (1001, "2"), (8000, "8")])
    func `CPUs are whole, rounded up`(millicores: Int, text: String) {
        #expect(RuntimeAttributes.cores(millicores) == text)
    }

    @Test func `a form's parts are separated by its boundary`() {
        var form = MultipartForm(boundary: "b")
        form.addField("workflowType", "WDL")
        form.addFile("labels", filename: "labels.json", type: "application/json", Array("{}".utf8))
        let expected = """
            --b
            Content-Disposition: form-data; name="workflowType"

            WDL
            --b
            Content-Disposition: form-data; name="labels"; filename="labels.json"
            Content-Type: application/json

            {}
            --b--

            """
        #expect(String(decoding: form.body, as: UTF8.self) == expected.replacing("\n", with: "\r\n"))
        #expect(form.contentType == "multipart/form-data; boundary=b")
        #expect(MultipartForm().contentType != MultipartForm().contentType)
    }
}
