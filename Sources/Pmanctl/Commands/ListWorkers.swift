import ArgumentParser

struct ListWorkers: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers", abstract: "Shows the workers that were heard of lately.",
        discussion: """
            ACTIVE is the worker that watches the engine; the others stand by, or only take jobs. CPU and MEMORY are \
            free of all, in CPUs and MiB.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var json: JSONOption

    func perform(at gateway: Gateway) async throws {
        let bytes = try await gateway.get("/api/v2/workers")
        if json.isOn { return Console.printDocument(bytes) }
        Self.table(of: try Answer.decoded(WorkerList.self, from: bytes)).print()
    }

    static func table(of list: WorkerList) -> Table {
        var table = Table(columns: [
            .init(title: "WORKER", isFlexible: true), .init(title: "BACKEND"),
            .init(title: "ENGINE", isFlexible: true), .init(title: "ACTIVE"), .init(title: "RUNS", isNumber: true),
            .init(title: "CPU", isNumber: true), .init(title: "MEMORY", isNumber: true),
            .init(title: "HEARD", isNumber: true), .init(title: "VERSION"), .init(title: "TROUBLE", isFlexible: true),
        ])
        table.rows = list.workers.map { worker in
            let heard = Span(seconds: Int(max(0, min(worker.last_heard_seconds, 1e9))))
            let runs = worker.slots.map { "\(worker.running)/\($0)" } ?? "\(worker.running)"
            return [
                .init(worker.name), .init(worker.backend), .init(worker.engine),
                .init(worker.active ? "yes" : "no", colour: worker.active ? .green : nil), .init(runs),
                .init(cpus(worker.free.cpu_millicores, worker.capacity.cpu_millicores)),
                .init(memory(worker.free.memory_mebibytes, worker.capacity.memory_mebibytes)),
                .init(heard.description), .init(worker.version), .init(worker.unreachable, colour: .red),
            ]
        }
        return table
    }

    private static func cpus(_ free: Int?, _ all: Int?) -> String? {
        guard let free, let all else { return nil }
        func text(_ millicores: Int) -> String {
            let tenths = millicores / 100
            return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
        }
        return "\(text(free))/\(text(all))"
    }

    private static func memory(_ free: Int?, _ all: Int?) -> String? {
        guard let free, let all else { return nil }
        return "\(free)/\(all)"
    }
}
