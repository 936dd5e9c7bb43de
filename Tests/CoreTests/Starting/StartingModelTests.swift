import Testing

/// The rules of starting, tried in every order of events that a small world has.
@Suite("Starting at most once, in every order of events")
struct StartingModelTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let world: ModelWorld
        var testDescription: String { name }
    }

    static let rows = [
        Row(
            name: "two workers on one engine, two faults",
            world: ModelWorld(engineOfTask: [0, 0], engineOfObject: [0, 0], faults: 2)),
        Row(
            name: "two workers on two engines, two faults",
            world: ModelWorld(engineOfTask: [0, 1], engineOfObject: [0, 0, 1, 1], faults: 2)),
        Row(
            name: "three workers on two engines, one fault",
            world: ModelWorld(engineOfTask: [0, 0, 1], engineOfObject: [0, 0, 1], faults: 1)),
        Row(
            name: "two workers on one engine, one fault, and a dispatcher that ends the job",
            world: ModelWorld(engineOfTask: [0, 0], engineOfObject: [0, 0], faults: 1, mayEnd: true)),
    ]

    @Test("the job is started at most once, never after its removal, and always comes to an end", arguments: rows)
    func rules(row: Row) {
        let report = ModelExplorer.explore(row.world, limit: 1_000_000)
        #expect(report.isComplete, "\(report)")
        #expect(report.violation == nil, "\(report)")
    }

    @Test("without any one of the rules it is not so", arguments: ModelRule.allCases)
    func teeth(rule: ModelRule) {
        var world = ModelWorld(engineOfTask: [0, 0], engineOfObject: [0, 0], faults: 1)
        world.without = rule
        let report = ModelExplorer.explore(world, limit: 1_000_000)
        #expect(report.violation != nil, "\(report)")
    }
}
