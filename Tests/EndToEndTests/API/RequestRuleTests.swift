import Support
import Testing

extension EndToEnd {
    /// What is wrong with a request is said as the original says it: all bad fields at once.
    @Suite(.machine(.shared)) struct RequestRuleTests {
        @Test(arguments: BadValues.all) func `A bad value is refused by the name of its field`(_ bad: BadValues)
            async throws
        {
            let api = try await Services.plain.api
            for value in bad.values {
                var request = JobRequest()
                request.changes = [bad.field: value]
                let answer = try await api.post(request)
                let message = answer.json["message"]
                #expect(answer.status == 400, "\(value): \(answer.text)")
                #expect(message.object?.keys.sorted() == [bad.field], "\(value): \(answer.text)")
                #expect(message[bad.field].string?.isEmpty == false, "\(value): \(answer.text)")
                #expect(try await api.get(request.jid).status == 404)
            }
        }

        @Test func `The original's words stay`() async throws {
            let missing = "Missing required parameter in the JSON body or the post body or the query string"
            let inBody = "Missing required parameter in the JSON body"
            let required: [(String, String)] = [
                ("jid", missing), ("args", inBody), ("auid", missing), ("number_of_workers", missing),
                ("cpu_limit", missing), ("memory_limit", missing), ("gpu_limit", missing), ("image", missing),
                ("entrypoint", inBody), ("type", missing), ("input_dir", missing), ("output_dir", missing),
            ]
            for (field, words) in required {
                var members = JobRequest().json.object ?? [:]
                members[field] = nil
                try await expect(.object(members), ["message": [field: .string(words)]])
            }
            let all = Dictionary(uniqueKeysWithValues: required.map { ($0.0, JSONValue.string($0.1)) })
            try await expect([:], ["message": .object(all)])
            try await expect(
                changed(["cpu_limit": "abc", "type": "zz"]),
                [
                    "message": [
                        "cpu_limit": "invalid literal for int() with base 10: 'abc'",
                        "type": "zz is not a valid choice",
                    ]
                ])
            try await expect(changed(["entrypoint": []]), ["message": #""entrypoint" cannot be empty"#])
            try await expect(changed(["entrypoint": ""]), ["message": #""entrypoint" cannot be empty"#])
            for entry in ["novalue", "=value", ""] {
                try await expect(
                    changed(["env": ["GOOD=1", .string(entry)]]),
                    ["message": #""env" must be a list of "key=value" strings"#])
            }
            for (count, text) in [(2, "2"), (0, "0"), (-1, "-1"), ("2", "2"), ("007", "7")] as [(JSONValue, String)] {
                let words = "Compute environment only supports number_of_workers=1, got number_of_workers=\(text)"
                try await expect(changed(["number_of_workers": count]), ["message": .string(words)])
            }
            // Fields first, then one by one.
            try await expect(
                changed(["entrypoint": [], "env": ["novalue"], "number_of_workers": 2, "type": "zz"]),
                ["message": ["type": "zz is not a valid choice"]])
            try await expect(
                changed(["env": ["novalue"], "number_of_workers": 2]),
                ["message": #""env" must be a list of "key=value" strings"#])
        }

        @Test func `Several bad fields are said together, whatever is wrong with them`() async throws {
            let answer = try await Services.plain.api.post(
                json: changed([
                    "jid": nil, "args": "--foo", "cpu_limit": 0.5, "image": "UPPER", "input_dir": "../up",
                    "env": [1], "args_path_flags": nil, "gpu_limit": -1, "unknown": ["what": "ever"],
                ]))
            #expect(answer.status == 400)
            #expect(
                answer.json["message"].object?.keys.sorted() == [
                    "args", "args_path_flags", "cpu_limit", "env", "gpu_limit", "image", "input_dir", "jid",
                ], "\(answer.text)")
        }

        static let noObjects: [(String, [UInt8])] = [
            ("nothing", []), ("a space", [0x20]), ("words", Array("jid=a&args=b".utf8)), ("null", Array("null".utf8)),
            ("a list", Array("[{}]".utf8)), ("a text", Array(#""{}""#.utf8)), ("a number", Array("1".utf8)),
            ("half an object", Array(#"{"jid": "a""#.utf8)), ("two objects", Array("{} {}".utf8)),
            ("single quotes", Array("{'jid': 'a'}".utf8)), ("NaN", Array(#"{"cpu_limit": NaN}"#.utf8)),
            ("a comma too many", Array(#"{"jid": "a",}"#.utf8)), ("a comment", Array("{/* */}".utf8)),
            ("no UTF-8", [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]),
            ("half a pair", Array(#"{"jid": "\ud83d"}"#.utf8)),
            ("a deep list", [UInt8](repeating: UInt8(ascii: "["), count: 200_000)),
            ("a deep object", Array(String(repeating: #"{"a":"#, count: 100_000).utf8)),
            ("UTF-16", [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00]), ("a byte order mark", [0xEF, 0xBB, 0xBF, 0x7B, 0x7D]),
        ]

        @Test func `A body that is no JSON object is 400`() async throws {
            let api = try await Services.plain.api
            for (name, body) in Self.noObjects {
                let answer = try await api.http.send(
                    "POST", "/api/v1/", headers: ["Content-Type": "application/json"], body: body)
                #expect(answer.status == 400, "\(name): \(answer.text)")
                #expect(answer.json["message"] != .null, "\(name): \(answer.text)")
            }
            #expect(try await api.http.send("GET", "/healthz").status == 200)
        }

        @Test func `A body of another kind is 415, one that is too large 413`() async throws {
            let api = try await Services.plain.api
            let body = JobRequest().json.bytes
            for type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
                let answer = try await api.http.send("POST", "/api/v1/", headers: ["Content-Type": type], body: body)
                #expect(answer.status == 415 && answer.json["message"].string != nil, "\(type): \(answer.text)")
            }
            #expect(try await api.http.send("POST", "/api/v1/", body: body).status == 415)
            var large = JobRequest()
            large.changes = ["ignored": .string(String(repeating: "x", count: 4 << 20))]
            let answer = try await api.post(large)
            #expect(answer.status == 413 && answer.json["message"].string != nil, "\(answer.text)")
        }

        private func changed(_ changes: [String: JSONValue]) -> JSONValue {
            var request = JobRequest()
            request.changes = changes
            return request.json
        }

        private func expect(_ body: JSONValue, _ wanted: JSONValue) async throws {
            let answer = try await Services.plain.api.post(json: body)
            #expect(answer.status == 400)
            #expect(answer.json == wanted)
            #expect(answer.headers["content-type"] == "application/json")
        }
    }
}
