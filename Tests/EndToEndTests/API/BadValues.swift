import Support
import Testing

/// Values that a field of a request must not have, each alone in a request that is good otherwise.
struct BadValues: Sendable {
    let field: String
    let values: [JSONValue]

    /// Neither a number nor a list is a text, and nothing is made into one.
    private static let noText: [JSONValue] = [nil, true, false, 0, 1, 1.5, [], ["a"], ["a": "b"], "a\u{0}b"]
    private static let noNumber: [JSONValue] = [
        nil, true, false, 1.5, -0.5, [], [1], ["a": 1], "", " ", "1 ", " 1", "1.0", "1e3", "0x10", "1_000", "١", "one",
        "--1", "+", "1\u{0}", "99999999999999999999", "-99999999999999999999", 1e30,
    ]
    private static let noList: [JSONValue] = [
        nil, true, 0, 1.5, "text", "[]", ["a": "b"], [1], [nil], [true], [["nested"]], [["a": "b"]], ["good", 1],
        ["a\u{0}b"],
    ]
    private static let noFolder: [JSONValue] = [
        "", "/", "///", ".", "..", "/..", "../a", "a/..", "a/../b", "a/./b", "./a", "a/b/../../..", "a\nb", "a\u{7F}",
        .string(String(repeating: "a", count: 256)), .string(String(repeating: "abc/", count: 1001)),
        // A slash stays one when a combining character follows it.
        "a/\u{301}/../b",
    ]
    private static let noJobID: [JSONValue] = [
        "", "/", "//", "a/", "a/b", ".a", "-a", "_a", "a b", " a", "a\n", "a\t", "ä", "日本", "a:b", "a%2Fb", "a?b",
        "a#b", "..", "../a", "a\\b", .string(String(repeating: "a", count: 201)),
    ]
    private static let noImage: [JSONValue] = [
        "", " ", "UPPER/case:1", "a b", "a:", ":1", "a:b:c", "../a", "/a", "a/", "a//b", "a@", "a@sha256:12",
        "http://host/a", "a:tag with space", "-a", "a\n", "ä:1", .string(String(repeating: "a", count: 256)),
        .string("a:" + String(repeating: "t", count: 129)),
    ]

    static let all: [BadValues] =
        [
            BadValues(field: "jid", values: noText + noJobID),
            BadValues(field: "auid", values: noText),
            BadValues(field: "image", values: noText + noImage),
            BadValues(field: "type", values: noText + ["", "DS", "ds ", "fsx", "plugin"]),
            BadValues(field: "input_dir", values: noText + noFolder),
            BadValues(field: "output_dir", values: noText + noFolder),
            BadValues(field: "args", values: noList + [""]),
            BadValues(field: "entrypoint", values: noList),
            BadValues(field: "args_path_flags", values: noList + [""]),
            BadValues(field: "env", values: noList + [""]),
        ]
        + ["number_of_workers", "cpu_limit", "memory_limit", "gpu_limit"].map { field in
            BadValues(
                field: field,
                values: noNumber + (field == "number_of_workers" ? [] : [-1, "-1", "9223372036854775807"]))
        }
}

extension BadValues: CustomTestStringConvertible {
    var testDescription: String { field }
}
