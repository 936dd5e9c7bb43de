import ArgumentParser
import Core
import FoundationEssentials

struct Events: GatewayCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints what changes, as it happens.",
        discussion: "With a job's id: its history, until it ends. Else the jobs of all backends, until Ctrl-C.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var backend: BackendOption

    @Flag(name: .customLong("json"), help: "Print each event as a line of JSON: event, id and data.")
    var json = false

    @Argument(help: "Only this job.")
    var jid: String?

    func perform(at gateway: Gateway) async throws {
        var path = "/api/v2/events"
        if let jid { path = Gateway.path(of: try await backend.job(jid, at: gateway), "/events") }
        var last: String?
        while true {
            var hasEnded = false
            do {
                try await gateway.events(path, after: last) { event in
                    last = event.id ?? last
                    if let line = json ? try Self.json(of: event) : Self.text(of: event) { Console.print(line) }
                    hasEnded = event.event == "end"
                }
                if hasEnded { return }
            } catch let trouble as Trouble {
                // A gateway that was there and went away comes back.
                guard trouble.exit == .unreachable, last != nil else { throw trouble }
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// nil: nothing for people.
    static func text(of event: ServerSentEvent) -> String? {
        let data = Array(event.data.utf8)
        switch event.event {
        case "job":
            guard let job = try? Answer.decoded(JobSummary.self, from: data) else { return nil }
            return SafeText.line("\(job.jid)  \(job.status.word)  \(job.message)")
        case "deleted":
            guard let job = try? Answer.decoded(DeletedJob.self, from: data) else { return nil }
            return SafeText.line("\(job.jid)  removed")
        case "history":
            guard let entry = try? Answer.decoded(HistoryEntry.self, from: data) else { return nil }
            return SafeText.line("\(entry.at)  \(entry.kind)  \(entry.text)")
        default: return nil
        }
    }

    static func json(of event: ServerSentEvent) throws(Trouble) -> String {
        let data = try Answer.decoded(JSONValue.self, from: Array(event.data.utf8))
        let line = JSONValue.object([
            "event": .string(event.event), "id": event.id.map { .string($0) } ?? .null, "data": data,
        ])
        return String(decoding: try Answer.encoded(line), as: UTF8.self)
    }
}
