import Core
import Testing

@testable import Worker

@Suite struct FollowLeaseTests {
    @Test func `It runs out unless it is renewed`() {
        let start = ContinuousClock.now
        let lease = FollowLease(now: start)
        #expect(!lease.hasRunOut(now: start + .seconds(9)))
        #expect(lease.hasRunOut(now: start + .seconds(10)))
        lease.renew(received: 0, now: start + .seconds(9))
        #expect(!lease.hasRunOut(now: start + .seconds(18)))
    }

    @Test func `Nothing goes beyond the window until more has come`() async {
        let lease = FollowLease()
        #expect(await lease.room(after: 0) == FollowTerms.window)
        let waiting = Task { await lease.room(after: FollowTerms.window) }
        lease.renew(received: 1000)
        #expect(await waiting.value == 1000)
        let stuck = Task { await lease.room(after: 2 * FollowTerms.window) }
        lease.end()
        #expect(await stuck.value == 0)
        await lease.waitForEnd()
    }
}
