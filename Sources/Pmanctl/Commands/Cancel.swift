import ArgumentParser
import Core

struct Cancel: GatewayCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ends jobs; their records stay and say why.",
        discussion: "A job that has ended already is refused (exit status 65).")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var backend: BackendOption
    @OptionGroup var json: JSONOption

    @Option(help: ArgumentHelp("Why, for whoever looks at the job.", valueName: "text"))
    var reason: String?

    @Argument(help: "The jobs' ids.")
    var jids: [String]

    func perform(at gateway: Gateway) async throws {
        let backend = try await backend.name(at: gateway)
        let body = try Answer.encoded(.object(reason.map { ["reason": .string($0)] } ?? [:]))
        try await EachJob.perform(jids) { jid in
            let path = Gateway.path(of: JobAddress(backend: backend, jid: jid), "/cancel")
            let answer = try await gateway.send("POST", path, body: body)
            if json.isOn { return Console.printDocument(answer) }
            let job = try Answer.decoded(JobSummary.self, from: answer)
            Console.print(SafeText.line("\(jid): \(job.status.word): \(job.message)"))
        }
    }
}
