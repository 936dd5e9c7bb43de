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

    @Test("there may be as many flags as arguments")
    func manyFlags() throws {
        let words = (0..<20_000).map { "--flag-\($0)" }
        let list = JSONValue.array(words.map { .string($0) })
        let request = try Body(["args": list, "args_path_flags": list]).parsed()
        #expect(request.command.count { $0 == JobRequest.inputMount } == words.count / 2)
    }

    @Test(
        "Docker and Cromwell show the command quoted, the others joined with spaces",
        arguments: zip(Backend.allCases, [true, false, false, true, false]))
    func quoting(backend: Backend, quoted: Bool) {
        #expect(backend.quotesCommand == quoted)
    }
}
