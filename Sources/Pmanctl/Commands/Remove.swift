import ArgumentParser

struct Remove: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Removes jobs, their records and what they have on their engines.",
        discussion: "A job that runs is ended. The files that it wrote stay.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var backend: BackendOption

    @Argument(help: "The jobs' ids.")
    var jids: [String]

    func perform(at gateway: Gateway) async throws {
        let backend = try await backend.name(at: gateway)
        try await EachJob.perform(jids) { jid in
            try await gateway.send("DELETE", Gateway.path(of: JobAddress(backend: backend, jid: jid)))
            Console.print(SafeText.line("\(jid): removed"))
        }
    }
}
