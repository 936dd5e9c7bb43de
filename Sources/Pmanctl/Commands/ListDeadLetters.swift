import ArgumentParser
import FoundationEssentials

struct ListDeadLetters: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists them.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var json: JSONOption

    @Option(help: ArgumentHelp("At most so many, up to 1000.", valueName: "count"))
    var limit = 100

    func perform(at gateway: Gateway) async throws {
        let bytes = try await gateway.get("/api/v2/dead-letters", query: [(name: "limit", value: String(limit))])
        if json.isOn { return Console.printDocument(bytes) }
        let page = try Answer.decoded(DeadLetterPage.self, from: bytes)
        Self.table(of: page, at: Date()).print()
        if page.next != nil { Console.say("There are more: a larger --limit.") }
    }

    static func table(of page: DeadLetterPage, at now: Date) -> Table {
        var table = Table(columns: [
            .init(title: "JOB"), .init(title: "BACKEND"), .init(title: "AGE", isNumber: true),
            .init(title: "REASON", isFlexible: true),
        ])
        table.rows = page.dead_letters.map { letter in
            [
                .init(letter.jid), .init(letter.backend), .init(Moment.age(letter.at, at: now)?.description),
                .init(letter.reason),
            ]
        }
        return table
    }
}
