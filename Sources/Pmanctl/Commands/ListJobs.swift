import ArgumentParser
import Core
import FoundationEssentials

struct ListJobs: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "Lists jobs, the newest first.",
        discussion:
            "A table shows waiting, running, succeeded, failed and lost; filters and JSON have pman's own words.")

    static let statuses = ["notstarted", "started", "finishedSuccessfully", "finishedWithError", "undefined"]
    /// What a gateway gives at once.
    private static let largestPage = 1000

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var json: JSONOption

    @Option(
        help: ArgumentHelp(
            "Only these, separated by commas: \(statuses.joined(separator: ", ")).", valueName: "statuses"),
        completion: .list(statuses))
    var status: String?

    @Option(
        help: ArgumentHelp("Only of this backend.", valueName: "backend"), completion: .list(BackendOption.known))
    var backend: String?

    @Option(help: ArgumentHelp("Only on this engine.", valueName: "engine"))
    var engine: String?

    @Option(help: ArgumentHelp("Only with this label: KEY or KEY=VALUE.", valueName: "label"))
    var label: String?

    @Option(help: ArgumentHelp("Only with this in the id, the image or the command.", valueName: "text"))
    var search: String?

    @Option(help: ArgumentHelp("Only submitted at least so long ago: 90, 5m, 2d.", valueName: "time"))
    var minAge: Span?

    @Option(help: ArgumentHelp("Only submitted at most so long ago.", valueName: "time"))
    var maxAge: Span?

    @Option(help: ArgumentHelp("At most so many, up to \(largestPage).", valueName: "count"))
    var limit = 100

    @Flag(help: "All of them, page by page.")
    var all = false

    func perform(at gateway: Gateway) async throws {
        var jobs: [JobSummary] = []
        var documents: [JSONValue] = []
        var cursor: String?
        repeat {
            let bytes = try await gateway.get("/api/v2/jobs", query: query(after: cursor))
            let page = try Answer.decoded(JobPage.self, from: bytes)
            if json.isOn {
                guard all else { return Console.printDocument(bytes) }
                documents += try Self.jobs(in: bytes)
            } else {
                jobs += page.jobs
            }
            // A cursor that does not move on would never end.
            guard page.next != cursor || cursor == nil else { throw Trouble("the gateway's list does not go on") }
            cursor = page.next
        } while all && cursor != nil
        if json.isOn {
            Console.printDocument(try Answer.encoded(.object(["jobs": .array(documents), "next": .null])))
        } else {
            Self.table(of: jobs, at: Date()).print()
            if cursor != nil { Console.say("There are more: --all, or a larger --limit.") }
        }
    }

    /// The query of one page.
    func query(after cursor: String?) -> [(name: String, value: String)] {
        let values: [(String, String?)] = [
            ("status", status), ("backend", backend), ("engine", engine), ("label", label), ("search", search),
            ("min_age", minAge.map { String($0.seconds) }), ("max_age", maxAge.map { String($0.seconds) }),
            ("limit", String(all ? Self.largestPage : limit)), ("cursor", cursor),
        ]
        return values.compactMap { name, value in value.map { (name: name, value: $0) } }
    }

    static func table(of jobs: [JobSummary], at now: Date) -> Table {
        var table = Table(columns: [
            .init(title: "JOB"), .init(title: "STATUS"), .init(title: "EXIT", isNumber: true),
            .init(title: "AGE", isNumber: true), .init(title: "BACKEND"), .init(title: "IMAGE", isFlexible: true),
            .init(title: "COMMAND", isFlexible: true), .init(title: "MESSAGE", isFlexible: true),
        ])
        table.rows = jobs.map { job in
            [
                .init(job.jid), .init(job.status.word, colour: job.status.colour), .init(job.exit_code),
                .init(Moment.age(job.submitted_at, at: now)?.description), .init(job.backend), .init(job.image),
                .init(job.command), .init(job.message),
            ]
        }
        return table
    }

    private static func jobs(in page: [UInt8]) throws(Trouble) -> [JSONValue] {
        guard case .object(let object) = try Answer.decoded(JSONValue.self, from: page),
            case .array(let jobs) = object["jobs"]
        else { return [] }
        return jobs
    }
}
