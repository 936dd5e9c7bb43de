import Support
import Testing

extension EndToEnd {
    /// Unusual requests that are good, from POST to what the program saw.
    @Suite(.machine(.shared)) struct AcceptedRequestTests {
        struct Accepted: Sendable, CustomTestStringConvertible {
            let name: String
            let request: JobRequest
            /// What the job prints; nil when that is not looked at.
            var logs: String?
            /// How the job is called in answers, where that is not what was posted.
            var jid: String?

            var testDescription: String { name }

            /// A job whose words are printed in brackets.
            static func words(_ name: String, _ words: [String], logs: String? = nil) -> Accepted {
                let request = JobRequest(entrypoint: ["/bin/sh", "-c", #"printf '[%s]' "$@""#, "sh"] + words)
                let printed = (words + ["/share/outgoing"]).map { "[\($0)]" }.joined()
                return Accepted(name: name, request: request, logs: logs ?? printed)
            }

            static func changing(_ name: String, _ changes: [String: JSONValue], logs: String? = nil) -> Accepted {
                var request = JobRequest()
                request.changes = changes
                return Accepted(name: name, request: request, logs: logs)
            }
        }

        static let all: [Accepted] = [
            .words("Unicode", ["ünï cödé", "日本語", "👩🏽‍🚀", "e\u{301}", "\u{202E}back", "\u{FEFF}"]),
            .words("controls and quotes", ["a\nb\tc\r", "\u{1B}[31m", #"'"\$`!*?"#, "-", "--", "", " "]),
            .words(
                "words that a shell would obey",
                ["; exit 1", "$(exit 1)", "`exit 1`", "&& false", "| cat", "> /dev/null"]),
            Accepted(
                name: "a thousand arguments",
                request: JobRequest(
                    entrypoint: ["/bin/sh", "-c", #"echo $# ${1000}"#, "sh"], args: (1...1000).map { "argument-\($0)" }),
                logs: "1001 argument-1000\n"),
            Accepted(
                name: "a job id of 200 characters",
                request: {
                    let start = JobRequest.uniqueID()
                    return JobRequest(jid: start + String(repeating: "x", count: 200 - start.count))
                }(), logs: ""),
            {
                let id = JobRequest.uniqueID() + "_A.b-C"
                var request = JobRequest(jid: id)
                request.changes = ["jid": .string("//" + id)]
                return Accepted(name: "slashes before the job id", request: request, logs: "", jid: id)
            }(),
            .changing(
                "numbers as decimal strings",
                ["cpu_limit": "0010", "memory_limit": "+20", "gpu_limit": "-0", "number_of_workers": "1"], logs: ""),
            .changing(
                "no optional field, and one that is unknown", ["env": [], "unknown": [1, nil, ["a": 1.5]]], logs: ""),
            .changing(
                "path flags",
                [
                    "entrypoint": ["/bin/echo"], "args": ["--in", "x", "--in=y", "--last"],
                    "args_path_flags": ["--in", "--last"],
                ], logs: "--in /share/incoming --in=y --last /share/incoming /share/outgoing\n"),
            .changing("a user of many words", ["auid": "ünï 'cube'\n"], logs: ""),
            .changing("an empty user", ["auid": ""], logs: ""),
            .changing(
                "environment with odd values",
                [
                    "entrypoint": ["/bin/sh", "-c", #"printf '%s|%s|%s' "$A" "$B" "$C""#],
                    "env": ["A==", "B=ü\n\"'", #"C=${A} $(exit 1)"#],
                ], logs: "=|ü\n\"'|${A} $(exit 1)"),
        ]

        @Test(arguments: all) func `An unusual request is accepted and arrives as it was`(_ accepted: Accepted)
            async throws
        {
            let plain = try await Services.plain
            let request = try plain.site.job(accepted.request)
            let jid = accepted.jid ?? request.jid
            let posted = try await plain.api.post(request)
            #expect(posted.status == 201, "\(posted.text)")
            #expect(posted.json["jid"].string == jid)
            let ended = try await plain.api.waitForEnd(jid)
            #expect(ended["status"] == "finishedSuccessfully", "\(ended)")
            #expect(ended["cmd"] == posted.json["cmd"])
            if let logs = accepted.logs { #expect(ended["logs"].string == logs) }
            // The same again is the same job; a POST's answer shows no output, as the original's.
            let again = try await plain.api.post(request)
            var shown = ended.object ?? [:]
            shown["logs"] = ""
            #expect(again.status == 201 && again.json == .object(shown), "\(again.text)")
            #expect(try await plain.api.delete(jid).status == 204)
            try await plain.docker.waitUntilNoContainer(of: jid)
        }

        @Test func `Of a key that comes twice one value counts, and nothing is known of the other`() async throws {
            let plain = try await Services.plain
            let ids = [JobRequest.uniqueID(), JobRequest.uniqueID()]
            let whole = try plain.site.job(JobRequest(jid: ids[1])).json.description
            let answer = try await plain.api.http.send(
                "POST", "/api/v1/", headers: ["Content-Type": "application/json; charset=utf-8"],
                body: Array(("{\"jid\":\"\(ids[0])\"," + whole.dropFirst()).utf8))
            #expect(answer.status == 201, "\(answer.text)")
            let (known, other) = answer.json["jid"].string == ids[0] ? (ids[0], ids[1]) : (ids[1], ids[0])
            #expect(answer.json["jid"].string == known)
            #expect(try await plain.api.get(other).status == 404)
            #expect(try await plain.api.waitForEnd(known)["status"] == "finishedSuccessfully")
            #expect(try await plain.api.delete(known).status == 204)
        }
    }
}
