import Core
import Testing

@testable import Worker

@Suite struct HeldAgesTests {
    private let start = ContinuousClock.now

    @Test func `An object that is held for a minute is an orphan, no sooner, and again a minute later`() throws {
        let object = try ObjectID("a")
        var ages = HeldAges()
        #expect(ages.orphans(among: [object], at: start).isEmpty)
        #expect(ages.orphans(among: [object], at: start + .seconds(59)).isEmpty)
        #expect(ages.orphans(among: [object], at: start + .seconds(60)) == [object])
        // It could not be settled.
        #expect(ages.orphans(among: [object], at: start + .seconds(61)).isEmpty)
        #expect(ages.orphans(among: [object], at: start + .seconds(120)) == [object])
    }

    @Test func `An orphan that is settled and stays comes again after an hour`() throws {
        let object = try ObjectID("a")
        var ages = HeldAges()
        _ = ages.orphans(among: [object], at: start)
        #expect(ages.orphans(among: [object], at: start + .seconds(60)) == [object])
        ages.settle(object, at: start + .seconds(60))
        #expect(ages.orphans(among: [object], at: start + .seconds(3659)).isEmpty)
        #expect(ages.orphans(among: [object], at: start + .seconds(3660)) == [object])
    }

    @Test func `An object that is gone, or placed again, is counted from new`() throws {
        let (first, second) = (try ObjectID("a"), try ObjectID("b"))
        var ages = HeldAges()
        _ = ages.orphans(among: [first, second], at: start)
        _ = ages.orphans(among: [second], at: start + .seconds(30))
        #expect(ages.orphans(among: [first, second], at: start + .seconds(60)) == [second])
        ages.forget(second)
        #expect(ages.orphans(among: [first, second], at: start + .seconds(121)) == [first])
        ages.settle(second, at: start + .seconds(121))
        #expect(ages.orphans(among: [second], at: start + .seconds(181)).isEmpty)
        #expect(ages.orphans(among: [second], at: start + .seconds(4000)) == [second])
    }
}
