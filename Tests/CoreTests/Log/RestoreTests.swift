import Core
import Testing

/// Cases that need two logs which contradict each other: after a loss some gateway took requests before another came
/// back that knew more.
@Suite("Restoring onto a log that went on without us")
struct RestoreTests {
    static let first = Sample.submission(1, "first")
    static let second = Sample.submission(1, "second")

    private func record(_ events: Event...) -> JobRecord { History.fold(events) }

    private func restoring(_ cached: JobRecord, onto log: JobRecord) -> JobRecord {
        var result = log
        _ = result.apply(.restored(cached), at: 100)
        return result
    }

    @Test("who has signed and submitted a job is known in the new log too, whoever restores it first")
    func acceptance() {
        let acceptance = Acceptance(signature: Sample.signature, submitter: "pfcon")
        let signed = record(.submitted(Self.first, Sample.request(), acceptance))
        let unsigned = record(.submitted(Self.first, Sample.request()), .placed(Self.first, Sample.placement()))
        for (cached, log) in [
            (signed, JobRecord(key: Sample.key())), (signed, unsigned), (unsigned, signed),
        ] {
            let current = restoring(cached, onto: log).current
            #expect(current?.signature == Sample.signature)
            #expect(current?.submitter == "pfcon")
        }
    }

    @Test("a deletion finds the placement that only another cache knew, in either order")
    func deletionAndPlacement() {
        let placed = record(.submitted(Self.first, Sample.request()), .placed(Self.first, Sample.placement()))
        let deleted = record(.submitted(Self.first, Sample.request()), .deleted(Self.first))
        let left = [Leftover(submission: Self.first, placement: Sample.placement())]
        #expect(restoring(deleted, onto: placed).leftovers == left)
        #expect(restoring(placed, onto: deleted).leftovers == left)
        #expect(restoring(placed, onto: deleted).current == nil)
    }

    @Test("another submission of the generation stands, and what ours had started is removed")
    func otherSubmission() {
        let cached = record(.submitted(Self.first, Sample.request()), .placed(Self.first, Sample.placement()))
        let log = record(.submitted(Self.second, Sample.request(arguments: ["other"])))
        let result = restoring(cached, onto: log)
        #expect(result.current == log.current)
        #expect(result.leftovers == [Leftover(submission: Self.first, placement: Sample.placement())])
    }

    @Test("a later generation replaces an earlier one, and what that had started is removed")
    func laterGeneration() {
        var cached = JobRecord(key: Sample.key())
        _ = cached.apply(.submitted(Sample.submission(5, "fifth"), Sample.request()), at: 1)
        let log = record(.submitted(Self.first, Sample.request()), .placed(Self.first, Sample.placement()))
        let left = [Leftover(submission: Self.first, placement: Sample.placement())]
        for result in [restoring(cached, onto: log), restoring(log, onto: cached)] {
            #expect(result.current?.id.generation == 5)
            #expect(result.leftovers == left)
        }
    }

    @Test("of two objects of a submission the one that came further stands, and the other is removed")
    func twoObjects() {
        let submitted = Event.submitted(Self.first, Sample.request())
        let held = record(submitted, .placed(Self.first, Sample.placement("held")))
        let run = record(
            submitted, .placed(Self.first, Sample.placement("run")),
            .status(Self.first, Sample.placement("run"), Sample.running))
        for result in [restoring(run, onto: held), restoring(held, onto: run)] {
            #expect(result.current?.placement == Sample.placement("run"))
            #expect(result.current?.report == Sample.running)
            #expect(result.leftovers == [Leftover(submission: Self.first, placement: Sample.placement("held"))])
        }
        // Told of its own object as a leftover, it does not remove it.
        let both = restoring(run, onto: held)
        #expect(restoring(both, onto: run).leftovers == both.leftovers)
        #expect(restoring(both, onto: held).leftovers == both.leftovers)
    }

    @Test("a final status that a client has seen stands, wherever it came from")
    func finalStatus() {
        let submitted = Event.submitted(Self.first, Sample.request())
        let failed = record(submitted, .status(Self.first, nil, Sample.failed))
        let placed = record(submitted, .placed(Self.first, Sample.placement()))
        for result in [restoring(failed, onto: placed), restoring(placed, onto: failed)] {
            #expect(result.current?.report == Sample.failed)
            #expect(result.objectsToRemove == [Sample.placement()])
        }
        let ended = record(
            submitted, .placed(Self.first, Sample.placement()), .ended(Self.first, Sample.failed))
        let finished = record(
            submitted, .placed(Self.first, Sample.placement()),
            .status(Self.first, Sample.placement(), Sample.succeeded))
        #expect(restoring(ended, onto: finished).current?.report == Sample.succeeded)
        #expect(restoring(finished, onto: ended).current?.report == Sample.failed)
        #expect(restoring(ended, onto: placed).current?.ended == true)
    }

    @Test("the log's wording stands against a cache's that came no further")
    func wording() {
        let queued = record(.submitted(Self.first, Sample.request()), .status(Self.first, nil, Sample.waiting))
        let pulling = StatusReport(status: .notstarted, message: "pulling image")
        let log = record(.submitted(Self.first, Sample.request()), .status(Self.first, nil, pulling))
        #expect(restoring(queued, onto: log) == log)
    }

    @Test("places in the log are those of the log that is, not of the one that was")
    func offsets() {
        let cached = record(.submitted(Self.first, Sample.request()), .placed(Self.first, Sample.placement()))
        let onEmpty = restoring(cached, onto: JobRecord(key: Sample.key()))
        #expect(onEmpty.current?.submittedAt == 100)
        #expect(onEmpty.current?.placedAt == 100)
        let onShort = restoring(cached, onto: record(.submitted(Self.first, Sample.request())))
        #expect(onShort.current?.submittedAt == 0)
        #expect(onShort.current?.placedAt == 100)
    }
}

extension JobRecord {
    fileprivate var objectsToRemove: [Placement] {
        leftovers.map(\.placement) + (current.flatMap { $0.awaitsRemoval ? $0.placement : nil }.map { [$0] } ?? [])
    }
}
