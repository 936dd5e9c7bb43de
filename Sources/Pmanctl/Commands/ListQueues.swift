import ArgumentParser

struct ListQueues: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues", abstract: "Shows what waits, per backend.",
        discussion: """
            READY waits in the queue, TAKEN is with a worker that has not started it, RETRY was put back for a while, \
            TAKERS are the workers that take jobs, OLDEST is how long the first job waits, IN/MIN and OUT/MIN are jobs \
            submitted and placed over the last minute.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var json: JSONOption

    func perform(at gateway: Gateway) async throws {
        let bytes = try await gateway.get("/api/v2/queues")
        if json.isOn { return Console.printDocument(bytes) }
        let list = try Answer.decoded(QueueList.self, from: bytes)
        Self.table(of: list).print()
        if list.dead_letters > 0 { Console.say("Given up: \(list.dead_letters) (pmanctl dead-letters)") }
        if !list.complete {
            Console.say("Not all is known: \(SafeText.line(list.problem ?? "the broker's metrics cannot be had"))")
        }
    }

    static func table(of list: QueueList) -> Table {
        var table = Table(columns: [
            .init(title: "BACKEND", isFlexible: true), .init(title: "READY", isNumber: true),
            .init(title: "TAKEN", isNumber: true), .init(title: "RETRY", isNumber: true),
            .init(title: "TAKERS", isNumber: true), .init(title: "OLDEST", isNumber: true),
            .init(title: "IN/MIN", isNumber: true), .init(title: "OUT/MIN", isNumber: true),
        ])
        table.rows = list.queues.map { queue in
            [
                .init(queue.backend), .init(queue.ready), .init(queue.unacknowledged), .init(queue.retrying),
                .init(queue.consumers),
                .init(queue.oldest_seconds.map { Span(seconds: Int(max(0, min($0, 1e9)))).description }),
                .init(Self.perMinute(queue.rate_in)), .init(Self.perMinute(queue.rate_out)),
            ]
        }
        return table
    }

    private static func perMinute(_ rate: Double) -> Int { Int(max(0, min(rate * 60, 1e9)).rounded()) }
}
