import Support
import Testing

extension Conformance {
    /// What a job gets, and how its end is told.
    @Suite struct OutcomeTests {
        @Test(arguments: BackendKind.asked)
        func `A job reads its input, writes its output, and says what it printed`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                let request = try bench.job(
                    .shell("cat /share/incoming/in; echo error >&2; cp /share/incoming/in /share/outgoing/out"))
                try bench.storage.write("hello\n", to: "\(request.inputDir)/in")
                let posted = try await bench.api.post(request)
                #expect(posted.status == 201)
                #expect(posted.json["status"] == "notstarted")
                let ended = try await bench.api.waitForEnd(request.jid, within: bench.patience)
                #expect(ended["status"] == "finishedSuccessfully", "\(ended)")
                #expect(Set(bench.logs(ended).split(separator: "\n")) == ["hello", "error"])
                #expect(ended["image"].string == bench.backend.image)
                #expect(ended["timestamp"].string?.hasPrefix("20") == true, "\(ended)")
                #expect(try bench.storage.read("\(request.outputDir)/out") == "hello\n")
                let cmd = ended["cmd"].string ?? ""
                #expect(
                    bench.differences.quotesCommand
                        ? cmd.hasPrefix("/bin/sh -c 'cat /share") : cmd.hasPrefix("/bin/sh -c cat /share"), "\(cmd)")
                #expect(try await bench.api.delete(request.jid).status == 204)
                try await bench.waitUntilNoObject(of: request.jid)
            }
        }

        @Test(arguments: BackendKind.asked, [1, 3, 77, 255])
        func `The exit code is told`(_ kind: BackendKind, _ code: Int) async throws {
            try await Benches.share(kind) { bench in
                let ended = try await bench.run(bench.job(.shell("echo sorry; exit \(code)")))
                #expect(ended["status"] == "finishedWithError", "\(ended)")
                #expect(ended["message"].string?.contains("(\(code))") == true, "\(ended)")
                #expect(bench.logs(ended) == "sorry\n")
            }
        }

        @Test(arguments: BackendKind.asked)
        func `A job that is killed is an error`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                let ended = try await bench.run(bench.job(.shell("sh -c 'kill -9 $$'; exit $?")))
                #expect(ended["status"] == "finishedWithError", "\(ended)")
                #expect(ended["message"].string?.contains("(137)") == true, "\(ended)")
            }
        }

        @Test(arguments: BackendKind.asked)
        func `A job that needs more memory than it asked for is told so`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                guard bench.differences.limitsMemory else { return }
                let ended = try await bench.run(bench.job(.shell("tail /dev/zero; exit $?")))
                #expect(ended["status"] == "finishedWithError", "\(ended)")
                #expect(ended["message"].string?.contains("out of memory") == true, "\(ended)")
            }
        }

        @Test(arguments: BackendKind.asked)
        func `An image that is nowhere ends the job, and is named`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                var request = try bench.job(.shell("true"))
                request.image = "registry.invalid/none:1"
                let ended = try await bench.run(request)
                #expect(ended["status"] == "finishedWithError", "\(ended)")
                let told = (ended["message"].string ?? "") + bench.logs(ended)
                #expect(told.contains("registry.invalid/none"), "\(ended)")
            }
        }

        @Test(arguments: BackendKind.asked)
        func `A program that is not in the image ends the job, and is named`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                let ended = try await bench.run(bench.job(JobRequest(entrypoint: ["/bin/nothing-here"])))
                #expect(ended["status"] == "finishedWithError", "\(ended)")
                let told = (ended["message"].string ?? "") + bench.logs(ended)
                #expect(told.contains("nothing-here"), "\(ended)")
            }
        }

        /// Everything that a shell, a template or a document could take for its own.
        private static let words = [
            "", " ", "a b", "'", "\"", "\\", "\\n", "$HOME", "${HOME}", "~{HOME}", "$(id)", "`id`", "~", "*", "?",
            "[a-z]",
            "{a,b}", "#x", "!x", "&", "&&", "|", ";", "<", ">", "<<EOF", ">>>", "<<<", "(", ")", "%s", "%%", "\t",
            "a\nb",
            "-n", "--", "é✓🙂", "{{.Name}}", "$$", "\\'", "'\\''", "\"\"\"", "@{x}", "^", "=", "a=b", ",", ":",
        ]

        @Test(arguments: BackendKind.asked)
        func `Every word of a command arrives as it was`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                let script = #"for word in "$@"; do printf '[%s]' "$word"; done > /share/outgoing/words"#
                let request = try bench.job(JobRequest(entrypoint: ["/bin/sh", "-c", script, "sh"], args: Self.words))
                let ended = try await bench.run(request)
                #expect(ended["status"] == "finishedSuccessfully", "\(ended)")
                let wanted = (Self.words + ["/share/outgoing"]).map { "[\($0)]" }.joined()
                #expect(try bench.storage.read("\(request.outputDir)/words") == wanted)
            }
        }

        @Test(arguments: BackendKind.asked)
        func `The environment arrives as it was`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                var request = JobRequest.shell(#"printf '%s|%s|%s' "$ONE" "$TWO" "$THREE" > /share/outgoing/values"#)
                request.env = ["ONE=a b=c $HOME ${X} `id` \"'\\", "TWO=", "THREE=é✓\nnext"]
                request = try bench.job(request)
                let ended = try await bench.run(request)
                #expect(ended["status"] == "finishedSuccessfully", "\(ended)")
                let values = try bench.storage.read("\(request.outputDir)/values")
                #expect(values == "a b=c $HOME ${X} `id` \"'\\||é✓\nnext")
            }
        }

        @Test(arguments: BackendKind.asked)
        func `The input cannot be written`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                let request = try bench.job(.shell("touch /share/incoming/file && exit 0; exit 7"))
                try bench.storage.openToAll(request.inputDir)
                let ended = try await bench.run(request)
                #expect(ended["message"].string?.contains("(7)") == true, "\(ended)")
                #expect(!bench.storage.has("\(request.inputDir)/file"))
            }
        }

        @Test(arguments: BackendKind.asked)
        func `A job runs as CONTAINER_USER`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                guard bench.differences.setsUser else { return }
                let ended = try await bench.run(bench.job(.shell("id -u")))
                #expect(bench.logs(ended) == "\(Bench.user)\n", "\(ended)")
            }
        }

        @Test(arguments: BackendKind.asked)
        func `Of much output the end is kept`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                let ended = try await bench.run(bench.job(.shell("seq 1500")))
                let lines = bench.logs(ended).split(separator: "\n")
                #expect(lines.count == 1000)
                #expect(lines.first == "501" && lines.last == "1500", "\(lines.first ?? "") \(lines.last ?? "")")
            }
        }

        @Test(arguments: BackendKind.asked)
        func `Several workers run side by side, or are refused`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                var request = try bench.counted("exit 0")
                request.numberOfWorkers = 2
                guard bench.differences.allowsSeveralWorkers else {
                    #expect(try await bench.api.post(request).status == 400)
                    return
                }
                let ended = try await bench.run(request)
                #expect(ended["status"] == "finishedSuccessfully", "\(ended)")
                #expect(bench.runs(request) == 2)
            }
        }
    }
}
