import Core
import Testing

@Suite("Request parsing")
struct RequestParsingTests {
    static let missing = "Missing required parameter in the JSON body or the post body or the query string"
    static let missingInBody = "Missing required parameter in the JSON body"

    @Test("a missing field is reported in the words of the original", arguments: Body.valid.keys.sorted())
    func missing(field: String) {
        let text = ["args", "entrypoint"].contains(field) ? Self.missingInBody : Self.missing
        #expect(Body(without: [field]).failure() == .fields([field: text]))
    }

    @Test(
        "a body that is no object is refused",
        arguments: [.null, [], ["jid"], "jid", 1, 1.5, true, [["jid": "a"]]] as [JSONValue])
    func noObject(body: JSONValue) {
        #expect(throws: RequestFailure.body("The request body must be a JSON object")) {
            try JobRequest(parsing: body, for: .docker)
        }
    }

    @Test(
        "a text field takes a string and nothing that could be turned into one",
        arguments: ["jid", "auid", "image", "type", "input_dir", "output_dir"],
        [
            (.null, "null"), (1, "a number"), (1.5, "a number"), (true, "a boolean"), (["x"], "a list"),
            (["x": "y"], "an object"),
        ] as [(JSONValue, String)])
    func texts(field: String, value: (json: JSONValue, kind: String)) {
        #expect(Body([field: value.json]).failure() == .fields([field: "must be a string, not \(value.kind)"]))
    }

    @Test(
        "a list takes strings and nothing else",
        arguments: ["args", "entrypoint", "args_path_flags"],
        [
            (.null, "must be a list of strings, not null"),
            ("--foo", "must be a list of strings, not a string"), (1, "must be a list of strings, not a number"),
            (["a": "b"], "must be a list of strings, not an object"), ([], ""), (["a"], ""), ([""], ""),
            ([.null], "must be a list of strings, and one of its elements is null"),
            (["a", 1], "must be a list of strings, and one of its elements is a number"),
            ([["a"]], "must be a list of strings, and one of its elements is a list"),
            (["a\u{0}b"], "must not have NUL characters in it"),
        ] as [(JSONValue, String)])
    func lists(field: String, value: (json: JSONValue, complaint: String)) {
        let failure = Body([field: value.json]).failure()
        if field == "entrypoint", value.json == [] {
            #expect(failure == .body("\"entrypoint\" cannot be empty"))
        } else if value.complaint.isEmpty {
            #expect(failure == nil)
        } else {
            #expect(failure == .fields([field: value.complaint]))
        }
    }

    @Test(
        "a NUL is refused wherever it stands", arguments: ["jid", "auid", "image", "type", "input_dir", "output_dir"])
    func nul(field: String) {
        #expect(Body([field: "a\u{0}b"]).badFields() == [field])
    }

    @Test(
        "a type that is none is repeated in the words of the original",
        arguments: ["", "zz", "DS", " ds ", "ds\u{301}", "plugin"])
    func types(text: String) {
        #expect(Body(["type": .string(text)]).failure() == .fields(["type": "\(text) is not a valid choice"]))
    }

    @Test("a long type comes back cut, and on one line")
    func longType() throws {
        let text = "\u{1b}[2J\n" + String(repeating: "x", count: 100_000)
        let complaint = try #require(Body(["type": .string(text)]).complaint(about: "type"))
        #expect(complaint.count < 300)
        #expect(!complaint.contains("\n") && !complaint.contains("\u{1b}"))
    }

    @Test("what is wrong with the whole comes after what is wrong with fields, entry point first")
    func order() {
        let all: [String: JSONValue] = ["entrypoint": [], "env": ["x"], "number_of_workers": 2]
        #expect(Body(all.merging(["type": "zz"]) { $1 }).badFields() == ["type"])
        #expect(Body(all).failure() == .body("\"entrypoint\" cannot be empty"))
        #expect(
            Body(["env": ["x"], "number_of_workers": 2]).failure()
                == .body("\"env\" must be a list of \"key=value\" strings"))
    }

    @Test("thousands of arguments are as good as one", arguments: [1_000, 20_000])
    func manyArguments(count: Int) throws {
        let arguments = (0..<count).map { JSONValue.string("argument-\($0)") }
        let request = try Body(["args": .array(arguments)]).parsed()
        #expect(request.arguments.count == count)
        #expect(request.command.count == count + 3)
    }

    @Test("an argument that Linux could not pass to a program is refused")
    func longArgument() {
        let longest = String(repeating: "x", count: EnvironmentEntry.maximumBytes - 1)
        #expect(Body(["args": [.string(longest)]]).failure() == nil)
        #expect(Body(["args": [.string(longest + "x")]]).badFields() == ["args"])
    }

    @Test("the same job in other words is the same job")
    func sameJob() throws {
        let one = try Body().parsed()
        let other = try Body([
            "number_of_workers": 1, "cpu_limit": 1000, "memory_limit": "+200", "gpu_limit": "-0", "jid": "/job",
            "input_dir": "//key//incoming/", "env": [], "args_path_flags": [], "something": "else",
        ]).parsed()
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
    }

    @Test(
        "a job that differs in anything that reaches a program is another job",
        arguments: [
            ["args": ["x"]], ["auid": "other"], ["cpu_limit": 1], ["memory_limit": 1], ["gpu_limit": 1],
            ["image": "local/pmt:2"], ["entrypoint": ["/bin/echo"]], ["type": "ts"], ["input_dir": "x"],
            ["output_dir": "x"], ["env": ["A=1"]], ["args_path_flags": ["x"]],
        ] as [[String: JSONValue]])
    func otherJob(changes: [String: JSONValue]) throws {
        #expect(try Body(changes).parsed() != Body().parsed())
    }

    @Test(
        "two spellings of a letter are two words, as they are to a program",
        arguments: ["args", "entrypoint", "env", "args_path_flags", "input_dir", "auid"])
    func spellings(field: String) throws {
        func body(_ letter: String) throws -> JobRequest {
            let text = JSONValue.string("A=" + letter)
            return try Body([field: ["input_dir", "auid"].contains(field) ? text : [text]]).parsed()
        }
        #expect(try body("\u{e9}") != body("e\u{301}"))
        #expect(try body("\u{e9}") == body("\u{e9}"))
    }
}
