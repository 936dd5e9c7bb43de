import ArgumentParser

struct ReplayDeadLetters: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Submits the same jobs again, under the same ids.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var backend: BackendOption

    @Flag(help: "All of them.")
    var all = false

    @Argument(help: "The jobs' ids.")
    var jids: [String] = []

    func validate() throws {
        guard all != !jids.isEmpty else { throw ValidationError("Name the jobs, or give --all.") }
    }

    func perform(at gateway: Gateway) async throws {
        if all {
            let answer = try await gateway.send("POST", "/api/v2/dead-letters/replay", within: .seconds(300))
            Console.print("\(try Answer.decoded(CountAnswer.self, from: answer).count) submitted again")
            return
        }
        let backend = try await backend.name(at: gateway)
        try await EachJob.perform(jids) { jid in
            let path = DropDeadLetters.path(of: JobAddress(backend: backend, jid: jid)) + "/replay"
            try await gateway.send("POST", path)
            Console.print(SafeText.line("\(jid): submitted again"))
        }
    }
}
