/// Compares all that clients ever saw, what the engines did, and what the gateways say in the end.
struct Checker: Sendable {
    /// Each job as one gateway shows it in the end: the body of the answer; nil: 404.
    typealias FinalState = [String: String?]

    var observations: [Observation]
    var ledgers: [EngineLedger]
    var finalStates: [FinalState]
    /// An engine was killed in the middle of its work: a job whose start was lost with it may end by saying so.
    var enginesWereKilled = false
    /// How long after a DELETE another gateway may still show the job, in seconds; the promise is one.
    var deletionGrace = 2.0

    static let finalStatuses: Set = ["finishedSuccessfully", "finishedWithError", "undefined"]
    private static let ranks = ["notstarted": 0, "started": 1]

    func violations() -> [Violation] {
        let byJob = Dictionary(grouping: observations, by: \.job)
        var found = byJob.flatMap { clientViolations($0, $1) }
        found += startViolations()
        for job in byJob.keys.sorted() { found += endViolations(job, byJob[job] ?? []) }
        return found
    }

    // MARK: what clients saw

    private func clientViolations(_ job: String, _ all: [Observation]) -> [Violation] {
        var found: [Violation] = []
        func broken(_ promise: Violation.Promise, _ what: String) {
            found.append(Violation(promise: promise, job: job, what: what))
        }
        var newest: [Int: Int] = [:]
        for each in all.sorted(by: { $0.sent < $1.sent }) {
            guard case .job(let status, _, _, let life) = each.answer else { continue }
            if let known = newest[each.gateway], life < known {
                broken(.statusNeverGoesBack, "gateway \(each.gateway): life \(known), then \(status) of life \(life)")
            }
            newest[each.gateway] = max(life, newest[each.gateway] ?? 0)
        }
        for (epoch, seen) in Dictionary(grouping: all, by: \.life).sorted(by: { $0.key < $1.key }) {
            var isAccepted = false
            var deletion: Observation?
            var deletionWasTried = false
            var highest: [Int: (rank: Int, status: String)] = [:]
            for each in seen.sorted(by: { $0.sent < $1.sent }) {
                switch (each.kind, each.answer) {
                case (_, .unknown): if each.kind == .delete { deletionWasTried = true }
                case (_, .other(let status, let text)):
                    broken(.answersAreKnown, "\(each.kind) was answered \(status) \(text.prefix(200)) (epoch \(epoch))")
                case (.post, .created): isAccepted = true
                case (.delete, .deleted):
                    if deletion == nil { deletion = each }
                case (.get, .gone), (.delete, .gone):
                    if isAccepted, !deletionWasTried, deletion == nil {
                        broken(.acceptedJobIsThere, "\(each.kind) on gateway \(each.gateway) at \(each.sent) s: 404")
                    }
                case (.get, .job(let status, let message, let isStale, _)):
                    if let deletion, each.sent > deletion.received {
                        let isSame = each.gateway == deletion.gateway
                        if isSame || !isStale && each.sent > deletion.received + deletionGrace {
                            broken(
                                .deletedIsGone,
                                "gateway \(each.gateway) shows \(status) after 204 of \(deletion.gateway)")
                        }
                    }
                    let rank = Self.ranks[status] ?? 2
                    if let before = highest[each.gateway] {
                        if rank < before.rank {
                            broken(.statusNeverGoesBack, "gateway \(each.gateway): \(before.status), then \(status)")
                        } else if before.rank == 2, status != before.status {
                            broken(.finalStatusStands, "gateway \(each.gateway): \(before.status), then \(status)")
                        }
                    }
                    if status == "undefined" { broken(.everyJobEnds, "undefined: \(message)") }
                    if rank >= highest[each.gateway]?.rank ?? 0 { highest[each.gateway] = (rank, status) }
                default: broken(.answersAreKnown, "\(each.kind) was answered \(each.answer)")
                }
                if each.kind == .delete { deletionWasTried = true }
            }
        }
        return found
    }

    // MARK: what the engines did

    private func startViolations() -> [Violation] {
        var starts: [String: Int] = [:]
        var jobs: [String: String] = [:]
        for object in ledgers.flatMap(\.objects.values) {
            starts[object.submission, default: 0] += object.starts
            jobs[object.submission] = object.job
        }
        return starts.filter { $0.value > 1 }.map { submission, count in
            Violation(
                promise: .startedOnce, job: jobs[submission] ?? "",
                what: "submission \(submission) started \(count) times")
        }
    }

    // MARK: what is there in the end

    private func endViolations(_ job: String, _ seen: [Observation]) -> [Violation] {
        var found: [Violation] = []
        func broken(_ promise: Violation.Promise, _ what: String) {
            found.append(Violation(promise: promise, job: job, what: what))
        }
        let epoch = seen.map(\.epoch).max() ?? 0
        let last = seen.filter { $0.epoch == epoch }
        let isDeleted = last.contains { $0.kind == .delete && $0.answer == .deleted }
        let deletionIsUnclear = !isDeleted && last.contains { $0.kind == .delete }
        let isAccepted = last.contains { $0.answer == .created }
        let states = finalStates.map { $0[job] ?? nil }
        if Set(states).count > 1 {
            broken(.replicasAreEqual, states.map { $0 ?? "404" }.joined(separator: " | "))
        }
        let left = ledgers.flatMap(\.objects.values).filter { $0.job == job && !$0.isRemoved }
        guard let state = states.first ?? nil else {
            if isAccepted, !isDeleted, !deletionIsUnclear { broken(.acceptedJobIsThere, "in the end it is gone") }
            if !left.isEmpty { broken(.nothingIsLeft, "it is deleted, and there are \(Self.list(left))") }
            return found
        }
        if isDeleted { broken(.deletedIsGone, "in the end it is there: \(state)") }
        guard let status = Self.field("status", of: state), Self.finalStatuses.contains(status) else {
            broken(.everyJobEnds, "in the end: \(state)")
            return found
        }
        if left.count > 1 { broken(.nothingIsLeft, "there are \(Self.list(left))") }
        let message = Self.field("message", of: state) ?? ""
        if enginesWereKilled, message.contains("may have run") { return found }
        let codes = left.filter { $0.starts > 0 }.map(\.exitCode)
        guard codes.count == 1, let code = codes.first ?? nil else {
            broken(.statusIsExitCode, "\(status) (\(message)), and its containers ended with \(codes)")
            return found
        }
        if (code == 0) != (status == "finishedSuccessfully") || !message.contains("(\(code))") {
            broken(.statusIsExitCode, "\(status) (\(message)) of a container that ended with \(code)")
        }
        return found
    }

    private static func list(_ objects: [EngineLedger.Object]) -> String {
        objects.map { "container \($0.id.prefix(12)) of \($0.submission), started \($0.starts) times" }
            .joined(separator: "; ")
    }

    /// A text field of a job's JSON; the torture's jobs have nothing that JSON escapes.
    static func field(_ name: String, of json: String) -> String? {
        guard let range = json.firstRange(of: "\"\(name)\":\"") else { return nil }
        return String(json[range.upperBound...].prefix { $0 != "\"" })
    }
}
