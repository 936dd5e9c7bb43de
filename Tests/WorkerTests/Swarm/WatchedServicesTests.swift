import Core
import Testing

@testable import Worker

@Suite struct WatchedServicesTests {
    private let now = ContinuousClock.now

    private func id(_ text: String) throws -> ObjectID { try ObjectID(text) }

    @Test func `A poll names what is not as it was, once`() throws {
        let watched = WatchedServices()
        var task = SwarmTaskFixture(state: "pending")
        #expect(watched.compare([try task.task], at: now) == [try id("s1")])
        #expect(watched.compare([try task.task], at: now).isEmpty)
        task.error = "no suitable node"
        #expect(watched.compare([try task.task], at: now) == [try id("s1")])
        task.state = "running"
        #expect(watched.compare([try task.task], at: now) == [try id("s1")])
        #expect(watched.compare([try task.task], at: now).isEmpty)
    }

    @Test func `What has no active task any more is named, and again after a while, until it was reported`() throws {
        let watched = WatchedServices()
        watched.insert(try id("s1"))
        #expect(watched.compare([], at: now) == [try id("s1")])
        #expect(watched.compare([], at: now + .seconds(1)).isEmpty)
        #expect(watched.compare([], at: now + .seconds(20)) == [try id("s1")])
        watched.remove(try id("s1"))
        #expect(watched.isEmpty)
        #expect(watched.compare([], at: now + .seconds(60)).isEmpty)
    }

    @Test func `Several tasks in another order are no news`() throws {
        let watched = WatchedServices()
        let tasks = [try SwarmTaskFixture(id: "a").task, try SwarmTaskFixture(id: "b", slot: 2).task]
        #expect(watched.compare(tasks, at: now).count == 1)
        #expect(watched.compare(tasks.reversed(), at: now).isEmpty)
    }
}
