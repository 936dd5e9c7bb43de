import ArgumentParser
import Core
import Program
import Testing

@testable import Pmanctl

@Suite struct ArgumentTests {
    private func submit(_ arguments: String...) throws -> Submit {
        try #require(try Pmanctl.parseAsRoot(["submit"] + arguments) as? Submit)
    }

    private func members(_ value: JSONValue) throws -> [String: JSONValue] {
        guard case .object(let members) = value else { throw Trouble("no object") }
        return members
    }

    @Test func `Flags become the body of a POST`() throws {
        let command = try submit(
            "--image", "busybox:1", "--jid", "j1", "--input", "a/in", "--cpu-limit", "250", "--env", "A=1", "--env",
            "B",
            "--user", "anna", "--", "sh", "-c", "echo --wait")
        let (body, jid) = try command.body(surroundings: ["B": "two=2"])
        #expect(jid == "j1")
        #expect(
            try members(body) == [
                "jid": .string("j1"), "image": .string("busybox:1"),
                "entrypoint": .array([.string("sh"), .string("-c"), .string("echo --wait")]), "args": .array([]),
                "type": .string("fs"), "input_dir": .string("a/in"), "output_dir": .string("j1/outgoing"),
                "cpu_limit": .integer(250), "memory_limit": .integer(1024), "gpu_limit": .integer(0),
                "number_of_workers": .integer(1), "auid": .string("anna"),
                "env": .array([.string("A=1"), .string("B=two=2")]),
            ])
        #expect(throws: Trouble.self) { try command.body(surroundings: [:]) }
    }

    @Test func `The gateway takes that body`() throws {
        let (body, _) = try submit("--image", "busybox", "--", "true").body(surroundings: [:])
        let request = try JobRequest(parsing: body, for: try Backend(named: "docker"))
        #expect(request.command == ["true", "/share/outgoing"])
    }

    @Test func `Without an id each job gets a fresh one`() throws {
        let command = try submit("--image", "busybox", "--", "true")
        let ids = try (0..<2).map { _ in try command.body(surroundings: [:]).jid }
        #expect(ids[0] != ids[1])
        #expect(try JobID(ids[0]).text == ids[0])
    }

    @Test(arguments: [
        (["--wait", "--", "true"], WaitTime.forEver), (["--wait=5m", "--", "true"], .atMost(Span(seconds: 300))),
        (["--wait", "7", "--", "true"], .atMost(Span(seconds: 7))), (["--wait", "--logs", "--", "true"], .forEver),
    ])
    func `Wait has a time or none`(_ arguments: [String], _ wait: WaitTime) throws {
        let command = try Pmanctl.parseAsRoot(["submit", "--image", "i"] + arguments) as? Submit
        #expect(command?.wait == wait)
        #expect(command?.description.command == ["true"])
    }

    @Test(arguments: [
        ["submit", "--wait=soon", "--image", "i", "--", "true"], ["submit", "--image", "i", "--logs", "--", "true"],
        ["submit", "-f", "x", "--image", "i"], ["submit", "--image", "i", "--wait", "--json", "--logs", "--", "true"],
        ["dead-letters", "replay"], ["dead-letters", "replay", "--all", "job"], ["ls", "--min-age", "old"],
        ["logs"], ["frob"], ["cancel"],
    ])
    func `Wrong usage is exit status 64`(_ arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try Pmanctl.parseAsRoot(arguments) }
        #expect(error.map { Pmanctl.exitCode(for: $0).rawValue } == 64)
    }

    @Test func `Filters become the query`() throws {
        let command = try #require(
            try Pmanctl.parseAsRoot(["ls", "--status", "started,undefined", "--max-age", "2h", "--search", "a b"])
                as? ListJobs)
        #expect(
            command.query(after: "c").map { "\($0.name)=\($0.value)" } == [
                "status=started,undefined", "search=a b", "max_age=7200", "limit=100", "cursor=c",
            ])
    }

    @Test func `Dead letters are listed without a word more`() throws {
        #expect(try Pmanctl.parseAsRoot(["dead-letters"]) is ListDeadLetters)
    }

    @Test func `All programs have one version`() {
        #expect(ProgramVersion.text == ProgramRunner.version)
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func `There are completions for the shell`(_ shell: String) throws {
        let error = #expect(throws: (any Error).self) {
            try Pmanctl.parseAsRoot(["--generate-completion-script", shell])
        }
        #expect(error.map { Pmanctl.message(for: $0) }?.contains("dead-letters") == true)
    }
}
