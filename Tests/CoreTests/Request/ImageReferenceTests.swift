import Core
import Testing

@Suite("Image references")
struct ImageReferenceTests {
    static let digest = String(repeating: "0123456789abcdef", count: 4)

    @Test(
        "what the grammar of Docker's references has is accepted",
        arguments: [
            "a", "busybox", "busybox:1", "local/pmt:1", "fnndsc/pl-simpledsapp", "a/b/c/d/e:tag", "g/a.b_c__d-e--f",
            "localhost/x", "localhost:5000/x", "localhost:5000", "registry.example.org/group/name:tag",
            "REGISTRY.Example.org/x", "127.0.0.1:5000/x:1", "my-registry.io:443/a/b", "a:Tag_1.2-3", "a:_x", "a.b/c",
            "x@sha256:\(digest)", "localhost:5000/x:1@sha256:\(digest)", "ghcr.io/a/b@sha256:\(digest)",
            "a@sha512:\(digest)\(digest)", "1/2:3", "[::1]:5000/x", "[fe80::1]/x:1", "sha256:\(digest)", "xn--a.b/c",
            "a---b", "a:" + String(repeating: "t", count: 128), String(repeating: "a", count: 255),
        ])
    func accepted(text: String) throws {
        #expect(try ImageReference(text).text == text)
    }

    @Test(
        "everything else is refused",
        arguments: [
            "", " ", "a b", " a", "a ", "a\n", "a\u{0}", "UPPER", "UPPER/Case:1", "local/Pmt", "a/", "/a", "a//b", "a:",
            ":1", ":", "a:b:c", "a:-x", "a:.x", "a:t/b:", "a@", "@sha256:\(digest)", "a@sha256", "a@sha256:",
            "a@sha256:abc", "a@:\(digest)", "a@+:\(digest)", "a@sha256:\(digest)0", "a@sha256:\(digest.dropLast())",
            "a@sha256:\(digest.dropLast())g", "a@sha256:\(digest.uppercased())", "a@b@sha256:\(digest)",
            "-a", "a-", "_a", "a_", ".a", "a.", "a..b", "a___b", "a._b", "a-.b", "a.-b", "ü", "а", "a/ü", "a:ü",
            "localhost:/x", "localhost:0/x", "localhost:70000/x", "localhost:+5000/x", "localhost:-1/x",
            "localhost:5 0/x", "a.b:c/x", ".a/b", "a../b", "-a.b/c", "a-.b/c", "http://a/b", "docker://a", "a\\b",
            "a;b", "$(x)", "../x", "./x", "a/..", "[::1/x", "::1/x", "[]:1/x", "[::1]", "[::g]/x", "[::1]x/y",
            "a:" + String(repeating: "t", count: 129), String(repeating: "a", count: 256), "a:b\u{301}", "a/\u{301}b",
        ])
    func refused(text: String) {
        #expect(throws: InvalidValue.self) { try ImageReference(text) }
    }

    @Test(
        "without tag and digest the tag is latest",
        arguments: [
            ("a", "a:latest"), ("a:1", "a:1"), ("localhost:5000/a", "localhost:5000/a:latest"),
            ("localhost:5000/a:1", "localhost:5000/a:1"), ("a@sha256:\(digest)", "a@sha256:\(digest)"),
            ("[::1]:5000/x", "[::1]:5000/x:latest"),
        ])
    func tags(text: String, tagged: String) throws {
        #expect(try ImageReference(text).withTag == tagged)
    }
}
