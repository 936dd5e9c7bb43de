import Core
import Testing

@Suite("The fold, rule by rule")
struct FoldTests {
    static let id = Sample.submission(1, "a")
    static let submitted = Event.submitted(id, Sample.request())
    static let placed = Event.placed(id, Sample.placement())

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let before: [Event]
        let event: Event
        let outcome: FoldOutcome
        var testDescription: String { name }

        init(_ name: String, _ before: [Event], _ event: Event, _ outcome: FoldOutcome) {
            self.name = name
            self.before = before
            self.event = event
            self.outcome = outcome
        }
    }

    static func status(_ report: StatusReport, _ placement: Placement? = Sample.placement()) -> Event {
        .status(id, placement, report)
    }

    static let rows: [Row] = [
        Row("the first submission", [], submitted, .accepted),
        Row("the same once more", [submitted], submitted, .accepted),
        Row("an equal one", [submitted], .submitted(Sample.submission(1, "b"), Sample.request()), .accepted),
        Row(
            "another one", [submitted], .submitted(Sample.submission(1, "b"), Sample.request(input: "x")), .conflict),
        Row("one of a deleted generation", [submitted, .deleted(id)], submitted, .stale),
        Row(
            "one of the next generation", [submitted, .deleted(id)],
            .submitted(Sample.submission(2, "b"), Sample.request(input: "x")), .accepted),
        Row("one of a generation to come", [submitted], .submitted(Sample.submission(2), Sample.request()), .stale),
        Row("a deletion", [submitted], .deleted(id), .deleted),
        Row("a deletion once more", [submitted, .deleted(id)], .deleted(id), .stale),
        Row("a deletion of what is unknown", [], .deleted(id), .stale),
        Row("a deletion of the one that lost", [submitted], .deleted(Sample.submission(1, "b")), .stale),
        Row("a question", [submitted], placed, .go),
        Row("a question once more", [submitted, placed], placed, .go),
        Row("a question while it runs", [submitted, placed, status(Sample.running)], placed, .go),
        Row(
            "a question for another object", [submitted, placed], .placed(id, Sample.placement("c2")),
            .no(.placedElsewhere(Sample.placement()))),
        Row(
            "a question of another engine", [submitted, placed], .placed(id, Sample.placement("c1", engine: "e2")),
            .no(.placedElsewhere(Sample.placement()))),
        Row("a question about what is unknown", [], placed, .no(.unknown)),
        Row(
            "a question about a generation to come", [submitted],
            .placed(Sample.submission(2), Sample.placement()), .no(.unknown)),
        Row(
            "a question for the submission that lost", [submitted],
            .placed(Sample.submission(1, "b"), Sample.placement()), .no(.deleted)),
        Row("a question after the deletion", [submitted, .deleted(id)], placed, .no(.deleted)),
        Row("a question once more after the deletion", [submitted, placed, .deleted(id)], placed, .no(.deleted)),
        Row(
            "a question of an old generation",
            [submitted, .deleted(id), .submitted(Sample.submission(2), Sample.request())],
            placed, .no(.deleted)),
        Row("a question after it finished", [submitted, placed, status(Sample.succeeded)], placed, .no(.finished)),
        Row("a question after it failed unplaced", [submitted, status(Sample.failed, nil)], placed, .no(.deleted)),
        Row("a question after it was ended", [submitted, .ended(id, Sample.failed)], placed, .no(.deleted)),
        Row(
            "a question once more after it was ended", [submitted, placed, .ended(id, Sample.failed)], placed,
            .no(.deleted)),
        Row("a status", [submitted, placed], status(Sample.running), .changed),
        Row("the same status", [submitted, placed, status(Sample.running)], status(Sample.running), .ignored),
        Row("an earlier status", [submitted, placed, status(Sample.running)], status(Sample.waiting), .ignored),
        Row(
            "a final status after a final one", [submitted, placed, status(Sample.failed)], status(Sample.succeeded),
            .ignored),
        Row(
            "a status of another object", [submitted, placed], status(Sample.running, Sample.placement("c2")), .ignored),
        Row("a status without object once placed", [submitted, placed], status(Sample.failed, nil), .ignored),
        Row("a status of an object before it is placed", [submitted], status(Sample.running), .ignored),
        Row("a status of what is deleted", [submitted, placed, .deleted(id)], status(Sample.succeeded), .ignored),
        Row("waiting before it is placed", [submitted], status(Sample.waiting, nil), .changed),
        Row("failing before it is placed", [submitted], status(Sample.failed, nil), .changed),
        Row("running before it is placed", [submitted], status(Sample.running, nil), .ignored),
        Row("succeeding before it is placed", [submitted], status(Sample.succeeded, nil), .ignored),
        Row("vanishing before it is placed", [submitted], status(Sample.gone, nil), .ignored),
        Row("an end", [submitted], .ended(id, Sample.failed), .changed),
        Row("an end that is none", [submitted], .ended(id, Sample.running), .ignored),
        Row(
            "an end after a final status", [submitted, placed, status(Sample.succeeded)], .ended(id, Sample.failed),
            .ignored),
        Row("an end of what is deleted", [submitted, .deleted(id)], .ended(id, Sample.failed), .ignored),
        Row(
            "a removal of what a deletion left", [submitted, placed, .deleted(id)],
            .removed(id, Sample.placement()), .changed),
        Row(
            "a removal once more", [submitted, placed, .deleted(id), .removed(id, Sample.placement())],
            .removed(id, Sample.placement()), .ignored),
        Row(
            "a removal of another object", [submitted, placed, .deleted(id)],
            .removed(id, Sample.placement("c2")), .ignored),
        Row(
            "a removal of what has finished", [submitted, placed, status(Sample.failed)],
            .removed(id, Sample.placement()), .changed),
        Row("a removal of what still runs", [submitted, placed], .removed(id, Sample.placement()), .ignored),
        Row("a marker", [submitted], .marker, .ignored),
        Row("a checkpoint", [submitted], .checkpointStarted(Sample.nonce("c")), .ignored),
        Row("a snapshot", [submitted], .snapshot(Sample.nonce("c"), JobRecord(key: Sample.key()), asOf: 1), .ignored),
    ]

    @Test("what an entry means at its place", arguments: rows)
    func outcomes(row: Row) {
        var record = History.fold(row.before)
        let before = record
        #expect(record.apply(row.event, at: 100) == row.outcome)
        switch row.outcome {
        case .changed, .deleted: #expect(record != before)
        case .accepted, .go: break
        case .conflict, .stale, .no, .ignored: #expect(record == before)
        }
    }

    @Test("who needs what: a worker, a start, a removal")
    func duties() {
        func duties(_ events: Event...) -> [Bool] {
            let current = History.fold(events).current
            return [current?.needsWorker, current?.awaitsStart, current?.awaitsRemoval].map { $0 ?? false }
        }
        #expect(duties() == [false, false, false])
        #expect(duties(Self.submitted) == [true, false, false])
        #expect(duties(Self.submitted, Self.status(Sample.waiting, nil)) == [true, false, false])
        #expect(duties(Self.submitted, Self.status(Sample.failed, nil)) == [false, false, false])
        #expect(duties(Self.submitted, Self.placed) == [false, true, false])
        // Said before it was placed: by somebody who could not place it.
        #expect(duties(Self.submitted, Self.status(Sample.waiting, nil), Self.placed) == [false, true, false])
        // Said of the chosen object: it has been started and waits in the engine's own queue.
        #expect(duties(Self.submitted, Self.placed, Self.status(Sample.waiting)) == [false, false, false])
        #expect(duties(Self.submitted, Self.placed, Self.status(Sample.running)) == [false, false, false])
        #expect(duties(Self.submitted, Self.placed, Self.status(Sample.succeeded)) == [false, false, false])
        #expect(duties(Self.submitted, Self.placed, .ended(Self.id, Sample.failed)) == [false, false, true])
        #expect(duties(Self.submitted, .ended(Self.id, Sample.failed)) == [false, false, false])
        #expect(
            duties(
                Self.submitted, Self.placed, .ended(Self.id, Sample.failed), .removed(Self.id, Sample.placement()))
                == [false, false, false])
    }

    @Test("a new submission carries the generation after the last deleted one")
    func generations() {
        var record = JobRecord(key: Sample.key())
        for generation in 1...3 {
            #expect(record.nextGeneration == generation)
            let id = Sample.submission(generation)
            _ = record.apply(.submitted(id, Sample.request()), at: 1)
            #expect(record.nextGeneration == generation)
            _ = record.apply(.deleted(id), at: 2)
        }
    }
}
