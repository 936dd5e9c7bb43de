import Core
import Testing

@Suite("The fold, over random histories")
struct FoldPropertyTests {
    @Test("an entry that comes again, at any later place, changes nothing", arguments: Seeds.all)
    func doubled(seed: UInt64) {
        let log = History.random(seed: seed)
        var record = JobRecord(key: Sample.key())
        for (place, event) in log.enumerated() {
            _ = record.apply(event, at: LogOffset(place))
            for earlier in Set(log[...place]) {
                var again = record
                _ = again.apply(earlier, at: LogOffset(place + 1))
                guard again != record else { continue }
                #expect(Essence(again) == Essence(record), "entry \(place), then once more \(earlier)")
            }
        }
    }

    @Test("what is sent again in order, up to the newest entry, leaves not even another wording", arguments: Seeds.all)
    func resent(seed: UInt64) {
        let log = History.random(seed: seed)
        var record = JobRecord(key: Sample.key())
        for end in log.indices {
            _ = record.apply(log[end], at: LogOffset(end))
            let start = max(0, end - Int(seed % 5))
            let again = History.fold(log[start...end], onto: record)
            #expect(again == record, "entries \(start) to \(end) twice")
        }
    }

    @Test("within a submission nothing goes back, and the first final status stands", arguments: Seeds.all)
    func monotonic(seed: UInt64) {
        var record = JobRecord(key: Sample.key())
        for (place, event) in History.random(seed: seed).enumerated() {
            let before = record
            _ = record.apply(event, at: LogOffset(place))
            #expect(record.deletedGeneration >= before.deletedGeneration)
            guard let old = before.current else { continue }
            guard let new = record.current else {
                #expect(event == .deleted(old.id))
                continue
            }
            #expect(new.id == old.id && new.request == old.request && new.submittedAt == old.submittedAt)
            #expect((new.report?.status.rank ?? 0) >= (old.report?.status.rank ?? 0))
            if old.isFinal { #expect(new.report == old.report && new.ended == old.ended) }
            if old.placement != nil { #expect(new.placement == old.placement && new.placedAt == old.placedAt) }
            if old.removed { #expect(new.removed) }
            if old.ended { #expect(new.ended) }
        }
    }

    @Test("the first submission of a generation wins; its equal is accepted, another is refused", arguments: Seeds.all)
    func submissions(seed: UInt64) {
        var record = JobRecord(key: Sample.key())
        var winners: [Int: (id: SubmissionID, request: JobRequest)] = [:]
        var deleted: Set<SubmissionID> = []
        for (place, event) in History.random(seed: seed).enumerated() {
            let outcome = record.apply(event, at: LogOffset(place))
            switch event {
            case .submitted(let id, let request, _):
                let winner = winners[id.generation]
                if let winner, deleted.contains(winner.id) {
                    #expect(outcome == .stale)
                } else if let winner {
                    #expect(outcome == (winner.request == request ? .accepted : .conflict))
                    #expect(record.current?.id == winner.id)
                } else {
                    #expect(outcome == .accepted)
                    #expect(record.current?.id == id)
                    winners[id.generation] = (id, request)
                }
            case .deleted(let id):
                let known = winners[id.generation]?.id == id && !deleted.contains(id)
                #expect(outcome == (known ? .deleted : .stale))
                if known { deleted.insert(id) }
            default: break
            }
        }
    }

    @Test(
        "one object of a submission is allowed to start, and none once it is deleted or has ended", arguments: Seeds.all
    )
    func placements(seed: UInt64) {
        var record = JobRecord(key: Sample.key())
        var chosen: [SubmissionID: Placement] = [:]
        var over: Set<SubmissionID> = []
        for (place, event) in History.random(seed: seed).enumerated() {
            let outcome = record.apply(event, at: LogOffset(place))
            if let current = record.current, current.isFinal { over.insert(current.id) }
            switch (event, outcome) {
            case (.deleted(let id), .deleted): over.insert(id)
            case (.placed(let id, let placement), .go):
                #expect(!over.contains(id))
                #expect(chosen[id, default: placement] == placement)
                #expect(record.current?.placement == placement)
                chosen[id] = placement
            case (.placed(let id, let placement), .no(.placedElsewhere(let other))):
                #expect(chosen[id] == other && other != placement)
            case (.placed(let id, let placement), .no(.finished)):
                #expect(chosen[id] == placement && over.contains(id))
            case (.placed(let id, _), .no(.deleted)):
                #expect(over.contains(id) || record.current?.id != id)
            case (.placed, _): Issue.record("\(event) gave \(outcome)")
            default: break
            }
        }
    }

    @Test("a deleted submission is remembered by what it left, until that is removed", arguments: Seeds.all)
    func leftovers(seed: UInt64) {
        var record = JobRecord(key: Sample.key())
        var expected: Set<Leftover> = []
        for (place, event) in History.random(seed: seed).enumerated() {
            let before = record
            let outcome = record.apply(event, at: LogOffset(place))
            switch event {
            case .deleted(let id) where outcome == .deleted:
                if let current = before.current, let placement = current.placement, !current.removed {
                    expected.insert(Leftover(submission: id, placement: placement))
                }
            case .removed(let id, let placement):
                expected.remove(Leftover(submission: id, placement: placement))
            default: break
            }
            #expect(record.leftovers.count == Set(record.leftovers).count)
            #expect(Set(record.leftovers) == expected)
        }
    }

    @Test("every record is stored and read back as it is", arguments: Seeds.all)
    func storing(seed: UInt64) throws {
        var record = JobRecord(key: Sample.key())
        for (place, event) in History.random(seed: seed).enumerated() {
            _ = record.apply(event, at: LogOffset(place))
            #expect(try JSONMessage.decode(JobRecord.self, from: JSONMessage.encode(record)) == record)
        }
    }

    @Test("the histories have everything in them that the properties are about")
    func coverage() {
        var outcomes: Set<FoldOutcome> = []
        var generations = 0
        var kinds: Set<String> = []
        for seed in Seeds.all {
            var record = JobRecord(key: Sample.key())
            for (place, event) in History.random(seed: seed).enumerated() {
                var outcome = record.apply(event, at: LogOffset(place))
                if case .no(.placedElsewhere) = outcome { outcome = .no(.placedElsewhere(Sample.placement())) }
                outcomes.insert(outcome)
                kinds.insert(String("\(event)".prefix { $0 != "(" }))
            }
            generations = max(generations, record.nextGeneration)
        }
        guard Seeds.all.count > 1 else { return }
        #expect(
            outcomes.isSuperset(of: [
                .accepted, .conflict, .stale, .deleted, .go, .no(.deleted), .no(.finished),
                .no(.placedElsewhere(Sample.placement())), .changed, .ignored,
            ]))
        #expect(kinds.isSuperset(of: ["submitted", "deleted", "placed", "status", "removed", "ended", "dispatched"]))
        #expect(generations >= 3)
    }
}
