import Core
import Testing

/// Messages of version 1 as they are written, with every field, and what programs of other versions make of them. No later
/// program may change what stands here.
@Suite("Messages of older and newer programs")
struct VersionTests {
    private static let id = #"{"key":{"backend":"docker","job":"job-1"},"generation":2,"nonce":"abc"}"#
    private static let request =
        #"{"job":"job-1","user":"cube","image":"local/pmt:1","entrypoint":["/bin/echo","hello"],"#
        + #""arguments":["--a","1"],"pathFlags":["--path"],"type":"ds","input":"in/put","output":"out/put","#
        + #""environment":["A=1"],"resources":{"cpuMillicores":1000,"memoryMebibytes":200,"gpus":0,"workers":1}}"#

    struct Golden: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let json: String
        /// Fields that older programs do not write.
        let later: [String]
        /// Reads a message and writes it again.
        let rewrite: @Sendable ([UInt8]) throws -> [UInt8]

        init<Message: Codable & SendableMetatype>(_ type: Message.Type, _ json: String, later: [String] = []) {
            testDescription = "\(type)"
            self.json = json
            self.later = later
            rewrite = { try JSONMessage.encode(try JSONMessage.decode(Message.self, from: $0)) }
        }

        func isReadable(_ json: String) -> Bool { (try? rewrite(Array(json.utf8))) != nil }
    }

    static let all: [Golden] = [
        Golden(
            RunCommand.self,
            #"{"version":1,"submission":\#(id),"request":\#(request),"failures":2,"putBack":3,"reason":"no"}"#,
            later: ["reason"]),
        Golden(
            GoRequest.self,
            #"{"version":1,"submission":\#(id),"placement":{"engine":"engine-1","object":"c1"}}"#),
        Golden(
            GoAnswer.self, #"{"version":1,"verdict":"no","chosen":{"engine":"engine-1","object":"c1"}}"#,
            later: ["chosen"]),
        Golden(
            ControlCommand.self,
            #"{"version":1,"kind":"remove","subjects":[{"submission":\#(id),"object":"c1"}],"session":"s"}"#,
            later: ["session"]),
        Golden(
            Heartbeat.self,
            #"{"version":1,"backend":"docker","engine":"e","session":"s","active":true,"storageType":"host","#
                + #""program":"7.0.0","unreachable":"since noon","running":3,"name":"host/s","slots":4,"#
                + #""capacity":{"cpuMillicores":4000,"memoryMebibytes":8000},"#
                + #""free":{"cpuMillicores":1000,"memoryMebibytes":2000},"labels":{"a":"b"}}"#,
            later: ["unreachable", "name", "slots", "capacity", "free", "labels"]),
        Golden(LiveRequest.self, #"{"version":1,"submission":\#(id),"object":"c1"}"#),
        Golden(LiveTail.self, #"{"version":1,"logs":"text"}"#),
        Golden(FollowRequest.self, #"{"version":1,"stream":"s","submission":\#(id),"object":"c1"}"#),
        Golden(FollowRenewal.self, #"{"version":1,"stream":"s","received":7,"stop":false}"#),
        Golden(
            FollowUpdate.self,
            #"{"version":1,"stream":"s","worker":"q","sequence":1,"text":"t","state":"failed","reason":"r"}"#,
            later: ["reason"]),
    ]

    @Test("what version 1 wrote is read, and written as it was", arguments: all)
    func golden(_ golden: Golden) throws {
        let bytes = Array(golden.json.utf8)
        #expect(
            try JSONMessage.decode(JSONValue.self, from: golden.rewrite(bytes))
                == JSONMessage.decode(JSONValue.self, from: bytes))
        #expect(!MessageHead.isNewer(bytes))
    }

    @Test("what says that it is of a version to come is not taken for what is known")
    func ofAVersionToCome() throws {
        let command = try #require(Self.all.first { $0.testDescription == "\(RunCommand.self)" })
        #expect(command.isReadable(command.json))
        #expect(!command.isReadable(command.json.replacing(#""version":1"#, with: #""version":2"#)))
    }

    @Test("a field that a newer program adds is passed over, at every level", arguments: all)
    func added(_ golden: Golden) {
        let field = #""weather":{"sun":[1]},"#
        let json = golden.json.replacing("{", with: "{" + field)
            // Whose names are an operator's.
            .replacing(#""labels":{"# + field, with: #""labels":{"#)
        #expect(golden.isReadable(json))
    }

    @Test("without the fields that came later a message is still read", arguments: all)
    func missing(_ golden: Golden) throws {
        guard case .object(var fields) = try JSONMessage.decode(JSONValue.self, from: Array(golden.json.utf8)) else {
            Issue.record("no object")
            return
        }
        for field in golden.later {
            #expect(fields[field] != nil)
            fields[field] = nil
        }
        func isReadable(_ fields: [String: JSONValue]) throws -> Bool {
            golden.isReadable(String(decoding: try JSONMessage.encode(JSONValue.object(fields)), as: UTF8.self))
        }
        #expect(try isReadable(fields))
        for field in fields.keys {
            var part = fields
            part[field] = nil
            #expect(try !isReadable(part), "without \(field)")
        }
    }

    @Test(
        "a version to come is known by its number, whatever else is there",
        arguments: [
            (#"{"version":2}"#, true), (#"{"version":2,"submission":7,"request":[]}"#, true),
            (#"{"version":1}"#, false),
            (#"{"version":"2"}"#, false), ("{}", false), ("", false), ("[2]", false),
            (#"{"version":9223372036854775807}"#, true), (#"{"version":-1}"#, false),
        ])
    func newer(_ json: String, _ isNewer: Bool) {
        #expect(MessageHead.isNewer(Array(json.utf8)) == isNewer)
    }
}
