import Core
import Testing

@Suite("The command of a job")
struct CommandTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let flags: [String]
        let words: [String]
        var testDescription: String { "\(arguments) with \(flags)" }
    }

    static let rows: [Row] = [
        Row(arguments: [], flags: [], words: []),
        Row(arguments: [], flags: ["--dir"], words: []),
        Row(arguments: ["--dir", "x"], flags: ["--dir"], words: ["--dir", "/share/incoming"]),
        Row(arguments: ["--dir"], flags: ["--dir"], words: ["--dir", "/share/incoming"]),
        Row(arguments: ["--dir=x", "y"], flags: ["--dir"], words: ["--dir=x", "y"]),
        Row(arguments: ["--Dir", "x"], flags: ["--dir"], words: ["--Dir", "x"]),
        Row(arguments: ["--di", "x"], flags: ["--dir"], words: ["--di", "x"]),
        Row(arguments: ["x", "--dir", "a", "b"], flags: ["--dir"], words: ["x", "--dir", "/share/incoming", "b"]),
        Row(
            arguments: ["--dir", "--dir", "--dir"], flags: ["--dir"],
            words: ["--dir", "/share/incoming", "--dir", "/share/incoming"]),
        Row(
            arguments: ["--one", "--two", "x"], flags: ["--one", "--two"],
            words: ["--one", "/share/incoming", "x"]),
        Row(
            arguments: ["--one", "a", "--two", "b"], flags: ["--two", "--one"],
            words: ["--one", "/share/incoming", "--two", "/share/incoming"]),
        Row(arguments: ["", "x"], flags: [""], words: ["", "/share/incoming"]),
        Row(arguments: ["\u{e9}", "x"], flags: ["e\u{301}"], words: ["\u{e9}", "x"]),
    ]

    @Test("the word after a path flag is the input directory", arguments: rows)
    func flags(row: Row) throws {
        let request = try Body([
            "args": .array(row.arguments.map { .string($0) }), "args_path_flags": .array(row.flags.map { .string($0) }),
        ]).parsed()
        #expect(request.command == ["/bin/echo", "hello"] + row.words + ["/share/outgoing"])
    }

    @Test(
        "a ds gets its input and output directories, the others the output directory",
        arguments: [
            ("ds", ["/share/incoming", "/share/outgoing"]), ("fs", ["/share/outgoing"]), ("ts", ["/share/outgoing"]),
        ])
    func types(type: String, tail: [String]) throws {
        let request = try Body(["type": .string(type), "args": ["x"]]).parsed()
        #expect(request.command == ["/bin/echo", "hello", "x"] + tail)
    }

    @Test("as many flags as arguments take no noticeable time")
    func manyFlags() throws {
        let words = (0..<20_000).map { JSONValue.string("--flag-\($0)") }
        let request = try Body(["args": .array(words), "args_path_flags": .array(words.reversed())]).parsed()
        let clock = ContinuousClock()
        let took = clock.measure { #expect(request.command.count == 20_003) }
        #expect(took < .seconds(5))
    }

    @Test(
        "Docker and Cromwell show the command quoted, the others joined with spaces",
        arguments: zip(Backend.allCases, [true, false, false, true, false]))
    func quoting(backend: Backend, quoted: Bool) {
        #expect(backend.quotesCommand == quoted)
    }
}
