import ArgumentParser
import HTTPClient

struct DropDeadLetters: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop", abstract: "Takes jobs off the list; they stay as they ended.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var backend: BackendOption

    @Argument(help: "The jobs' ids.")
    var jids: [String]

    static func path(of job: JobAddress) -> String {
        "/api/v2/dead-letters/\(HTTPRequest.percentEncoded(job.backend))/\(HTTPRequest.percentEncoded(job.jid))"
    }

    func perform(at gateway: Gateway) async throws {
        let backend = try await backend.name(at: gateway)
        try await EachJob.perform(jids) { jid in
            try await gateway.send("DELETE", Self.path(of: JobAddress(backend: backend, jid: jid)))
            Console.print(SafeText.line("\(jid): dropped"))
        }
    }
}
