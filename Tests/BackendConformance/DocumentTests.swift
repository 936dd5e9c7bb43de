import Foundation
import Support
import Testing

/// docs/backends.md says of each backend what the suite expects of it, and nothing else.
@Suite struct DocumentTests {
    @Test(arguments: BackendKind.allCases.filter { $0 != .installation })
    func `The table of backends has a row for each`(_ kind: BackendKind) throws {
        let file = URL(fileURLWithPath: "\(StandIns.checkout)/docs/backends.md")
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.contains { $0 == Self.row(kind) }, "the row must be: \(Self.row(kind))")
    }

    static func row(_ kind: BackendKind) -> String {
        let differences = kind.differences
        let cells = [
            "`\(kind.rawValue)`",
            differences.isStandIn ? "stand-in" : "real",
            differences.replacesEntrypoint ? "replaced by the command" : "kept",
            differences.allowsSeveralWorkers ? "any" : "1",
            differences.limitsMemory
                ? (["limit"] + differences.limitsMemoryWith.keys.sorted().map { "with `\($0)`" }).joined(separator: " ")
                : "not limited",
            differences.setsUser ? "yes" : "no",
            (differences.losesJobsWhenKilled ? "ends them" : "they run on")
                + (differences.repeatsStartsWhenKilled ? "; it may repeat a start" : ""),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }
}
