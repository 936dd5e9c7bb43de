import ArgumentParser
import FoundationEssentials

struct Show: GatewayCommand {
    static let configuration = CommandConfiguration(abstract: "Shows a job with its history.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var backend: BackendOption
    @OptionGroup var json: JSONOption

    @Argument(help: "The job's id.")
    var jid: String

    func perform(at gateway: Gateway) async throws {
        let bytes = try await gateway.get(Gateway.path(of: try await backend.job(jid, at: gateway)))
        if json.isOn { return Console.printDocument(bytes) }
        let detail = try Answer.decoded(JobDetail.self, from: bytes)
        let screen = Screen(descriptor: 1)
        for line in Self.lines(of: detail, at: Date(), on: screen) { Console.print(line) }
    }

    static func lines(of detail: JobDetail, at now: Date, on screen: Screen) -> [String] {
        let facts = facts(of: detail, at: now)
        let width = facts.map(\.name.count).max() ?? 0
        let lines = facts.map { fact in
            fact.name + ":" + String(repeating: " ", count: width - fact.name.count + 1) + SafeText.line(fact.value)
        }
        var table = Table(columns: [
            .init(title: "TIME"), .init(title: "EVENT"), .init(title: "WHAT", isFlexible: true),
        ])
        table.rows = detail.history.map { [.init($0.at), .init($0.kind), .init($0.text)] }
        return lines + [""] + table.lines(on: screen)
    }

    private static func facts(of detail: JobDetail, at now: Date) -> [(name: String, value: String)] {
        let job = detail.summary
        let resources = detail.resources
        let time = Moment.between(job.started_at, job.finished_at) ?? Moment.age(job.started_at, at: now)
        let labels = detail.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let facts: [(String, String?)] = [
            ("Job", job.jid), ("Backend", job.backend), ("Status", "\(job.status.word) (\(job.status.text))"),
            ("Message", job.message), ("Waits because", detail.waiting?.text),
            ("Exit code", job.exit_code.map { String($0) }), ("Image", job.image), ("Command", job.command),
            ("User", job.user), ("Engine", job.engine), ("Object", detail.object), ("Input", detail.input),
            ("Output", detail.output),
            (
                "Asks for",
                "\(resources.cpu_millicores) millicores, \(resources.memory_mebibytes) MiB, \(resources.gpus) GPUs, "
                    + "\(resources.workers) workers"
            ), ("Variables", detail.environment.joined(separator: " ")), ("Labels", labels.joined(separator: " ")),
            ("Submitted", job.submitted_at), ("Started", job.started_at), ("Finished", job.finished_at),
            ("Ran for", time?.description),
        ]
        return facts.compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : (name: name, value: $0) }
        }
    }
}
