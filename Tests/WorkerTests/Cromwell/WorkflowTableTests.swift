import Core
import Testing

@testable import Worker

@Suite struct WorkflowTableTests {
    private let one: ObjectID
    private let two: ObjectID
    private let running = StatusReport(status: .started, message: "Running")
    private let ended = StatusReport(status: .finishedSuccessfully, message: "Succeeded")

    init() throws {
        one = try ObjectID("one")
        two = try ObjectID("two")
    }

    @Test func `only what has changed is looked at`() {
        let table = WorkflowTable()
        #expect(table.take(active: [one: .submitted, two: .running], recent: []) == [one, two])
        #expect(table.take(active: [one: .submitted, two: .running], recent: []) == [])
        #expect(table.take(active: [one: .running, two: .running], recent: []) == [one])
    }

    @Test func `what is no longer listed is looked at until its end is known`() {
        let table = WorkflowTable()
        _ = table.take(active: [one: .running], recent: [])
        #expect(table.take(active: [:], recent: []) == [one])
        // Cromwell's metadata come later than its list.
        table.note(one, .running, running)
        #expect(table.take(active: [:], recent: []) == [one])
        table.note(one, .succeeded, ended)
        #expect(table.take(active: [:], recent: []) == [])
        #expect(table.take(active: [:], recent: [one]) == [])
    }

    @Test func `what came and went between two looks is seen, here and elsewhere started`() {
        let table = WorkflowTable()
        table.started(one)
        #expect(table.take(active: [:], recent: []) == [one])
        #expect(table.take(active: [:], recent: [two]) == [one, two])
        table.note(two, .succeeded, ended)
        #expect(table.take(active: [:], recent: [two]) == [one])
    }

    @Test func `a report holds as long as a fresh list says the same`() {
        let table = WorkflowTable()
        let now = ContinuousClock.now
        _ = table.take(active: [one: .running], recent: [], now: now)
        #expect(table.unchanged(one, age: .seconds(2), now: now) == nil)
        table.note(one, .running, running)
        #expect(table.unchanged(one, age: .seconds(2), now: now + .seconds(1)) == running)
        #expect(table.unchanged(one, age: .seconds(2), now: now + .seconds(3)) == nil)
        _ = table.take(active: [one: .aborting], recent: [], now: now)
        #expect(table.unchanged(one, age: .seconds(2), now: now) == nil)
    }

    @Test func `what Cromwell does not know yet is gone only after a while`() {
        let table = WorkflowTable()
        let now = ContinuousClock.now
        #expect(!table.isGone(one, now: now))
        #expect(!table.isGone(one, now: now + .seconds(59)))
        #expect(table.isGone(one, now: now + .seconds(60)))
        #expect(!table.isGone(two, now: now + .seconds(61)))
        table.note(two, .running, running)
        #expect(!table.isGone(two, now: now + .seconds(200)))
    }
}
