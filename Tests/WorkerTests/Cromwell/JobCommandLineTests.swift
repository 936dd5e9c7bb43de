import Foundation
import Support
import Testing

@testable import Worker

@Suite struct JobCommandLineTests {
    @Test func `a usual command is one line that is shell-quoted, as the original's`() {
        let line = JobCommandLine(["simpledsapp", "--prefix", "it's new", "/share/incoming", "/share/outgoing"])
        #expect(line.section == #"simpledsapp --prefix 'it'"'"'s new' /share/incoming /share/outgoing"#)
    }

    @Test(
        "what WDL, Cromwell or Java might take for its own is encoded",
        arguments: [
            "~{x}", "${x}", ">>>", "<<<", "\\", "`id`", "$(id)", "a\nb", "\t", "é", "🙂", "INSTANTIATED_COMMAND",
            "xSCRIPT_EPILOGUEx", "\u{7f}",
        ])
    func encoded(word: String) {
        let section = JobCommandLine(["prog", word, "/share/outgoing"]).section
        #expect(section.hasPrefix(#"pman_command="$(echo "#))
        #expect(!section.contains(word) || word == "$(id)")
        #expect(!section.contains("\n"))
    }

    @Test(
        "a program's name is never the shell's own",
        arguments: [
            (["echo", "a"], [], "env echo a"), (["[", "a", "]"], [], "env '[' a ']'"), (["-x"], [], "env -- -x"),
            (["/bin/echo"], [], "/bin/echo"), (["./if"], [], "./if"), (["a=b", "c"], [], #"sh -c '"$@"' sh a=b c"#),
            (["prog"], ["A=b c"], "env 'A=b c' prog"), (["prog"], ["-i=1"], "env -- -i=1 prog"),
            (["a=b"], ["C=d"], #"env C=d sh -c '"$@"' sh a=b"#), (["", "x"], [], "env '' x"),
        ] as [([String], [String], String)])
    func programs(words: [String], environment: [String], line: String) {
        #expect(JobCommandLine(words, environment: environment).shell == line)
    }

    /// Random words of hostile pieces go through a parser of WDL, and then through a shell.
    @Test func `whatever the words and variables are, they arrive as they were`() async throws {
        var generator = SystemRandomNumberGenerator()
        let pieces = [
            "~{", "${", "}", ">>>", "<<<", "'", "\"", "\\", "\\\n", "\n", "\r", "\t", " ", "$", "`", "$(", ")", "é",
            "🙂",
            "\u{2028}", "e\u{301}", "\u{feff}", "command", "EOF", "{", "#", "!", "a", "-", "=", "%", "\u{1}", "\u{7f}",
            "ENVIRONMENT_VARIABLES", "\\u0041", "~", "*", "?", "&", "|", ";", "<", ">", "^",
        ]
        func word() -> String {
            (0..<Int.random(in: 0...6, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
                .joined()
        }
        let cases = (0..<150).map { _ in
            (
                words: (0..<Int.random(in: 1...5, using: &generator)).map { _ in word() }, variable: word(),
                path: "/data/" + word().replacing("\0", with: "")
            )
        }
        let standIn = try await CromwellUnderTest()
        defer { Task { await standIn.stop() } }
        let folder = try TemporaryDirectory("words")
        let dump = try folder.write("#!/bin/sh\nprintf '%s\\0' \"$PMT\" \"$@\"\nprintf 'end\\0'\n", to: "dump")
        chmod(dump, 0o755)
        let sources = cases.map { each in
            WorkflowSource(
                command: JobCommandLine([dump] + each.words, environment: ["PMT=" + each.variable]),
                attributes: [("docker", "local/pmt:1"), ("input_dir", each.path)]
            ).text
        }
        let answers = try await standIn.control("evaluate", .array(sources.map { .string($0) }))
        for (index, each) in cases.enumerated() {
            let answer = answers[index]
            #expect(answer["error"] == .null, "\(each): \(answer)")
            #expect(answer["attributes"]["input_dir"].string?.utf8.elementsEqual(each.path.utf8) == true, "\(each)")
            try folder.write(answer["command"].string ?? "", to: "\(index).script")
        }
        try await ManagedProcess.run(
            "/bin/sh", ["-c", "cd '\(folder.path)' && for each in *.script; do sh \"$each\" > \"$each.out\"; done"])
        for (index, each) in cases.enumerated() {
            let output = try Data(contentsOf: URL(fileURLWithPath: folder.file("\(index).script.out")))
            let arrived = output.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
            #expect(arrived == ([each.variable] + each.words + ["end", ""]).map { Array($0.utf8) }, "\(each)")
        }
        await standIn.stop()
    }
}
