import Core
import FoundationEssentials
import Support
import Testing
import Threads

@testable import Worker

extension KubernetesOnStandIn {
    /// What the watch makes of a server that is slow, forgets, or hangs up.
    @Suite struct KubernetesWatchTests {
        /// The ids that a stream has announced.
        private final class Announced: Sendable {
            private let ids = Locked<Set<ObjectID>>([])
            private let failure = Locked<String?>(nil)

            func follow(_ engine: KubernetesEngine) async throws -> Task<Void, Never> {
                let changes = try await engine.changes()
                return Task {
                    do {
                        for try await id in changes { ids.withLock { _ = $0.insert(id) } }
                    } catch { failure.withLock { $0 = "\(error)" } }
                }
            }
            func contains(_ id: ObjectID) -> Bool { ids.withLock { $0.contains(id) } }
            func forget() { ids.withLock { $0 = [] } }
            var ended: String? { failure.withLock { $0 } }
        }

        private func withCluster(
            _ settings: Support.JSONValue = [:], _ body: (KubernetesFixture, Announced) async throws -> Void
        ) async throws {
            let cluster = try await KubernetesUnderTest()
            do {
                try await cluster.set(settings)
                let fixture = try KubernetesFixture(cluster)
                let announced = Announced()
                let following = try await announced.follow(fixture.engine)
                defer { following.cancel() }
                try await body(fixture, announced)
            } catch {
                await cluster.stop()
                throw error
            }
            await cluster.stop()
        }

        private func expectChanges(_ fixture: KubernetesFixture, _ announced: Announced) async throws {
            announced.forget()
            let (object, _) = try await fixture.run(try fixture.request("sleep 1"))
            try await eventually("the change is announced", lastSeen: { announced.ended }) {
                announced.contains(object)
            }
            try await eventually("the store answers") {
                fixture.engine.store.view(of: object.text)?.pods.isEmpty == false
            }
            _ = try await fixture.waitForEnd(object)
        }

        @Test(arguments: ["event", "status"]) func `a watch that is too old begins with a list`(way: String)
            async throws
        {
            try await withCluster { fixture, announced in
                try await expectChanges(fixture, announced)
                let before = try await fixture.cluster.ask("requests")["list jobs"].int ?? 0
                try await fixture.cluster.tell("forget", ["as": .string(way)])
                try await eventually("it lists again") {
                    try await fixture.cluster.ask("requests")["list jobs"].int ?? 0 > before
                }
                try await expectChanges(fixture, announced)
                #expect(announced.ended == nil)
            }
        }

        @Test func `a watch that is cut in the middle of a line goes on from where it was`() async throws {
            try await withCluster { fixture, announced in
                for _ in 0..<3 {
                    let before = try await fixture.cluster.ask("requests")
                    try await fixture.cluster.tell("disconnect")
                    try await eventually("it watches again") {
                        let now = try await fixture.cluster.ask("requests")
                        return now["watch jobs"].int ?? 0 > before["watch jobs"].int ?? 0
                            && now["watch pods"].int ?? 0 > before["watch pods"].int ?? 0
                    }
                    try await expectChanges(fixture, announced)
                }
                #expect(try await fixture.cluster.ask("requests")["list pods"].int ?? 0 < 20)
                #expect(announced.ended == nil)
            }
        }

        @Test func `a slow stream and frequent bookmarks lose nothing`() async throws {
            try await withCluster(["slowness": 0.001, "bookmarkSeconds": 0.2]) { fixture, announced in
                try await expectChanges(fixture, announced)
                try await fixture.cluster.tell("forget", ["as": "event"])
                try await fixture.cluster.tell("disconnect")
                try await expectChanges(fixture, announced)
                #expect(announced.ended == nil)
            }
        }

        @Test func `running jobs are answered from the watch, without a call for each`() async throws {
            try await withCluster { fixture, announced in
                let (object, submission) = try await fixture.run(try fixture.request("sleep 600"))
                try await eventually("the store has it running") {
                    fixture.engine.store.view(of: object.text)?.pods.first?.hasStarted == true
                }
                let before = try await fixture.cluster.ask("requests")
                for _ in 0..<50 { #expect(try await fixture.engine.report(on: object)?.status.status == .started) }
                #expect(try await fixture.cluster.ask("requests") == before)
                #expect(try await fixture.engine.remove(object, of: submission))
            }
        }

        @Test func `a server that goes away ends the stream, and a new one finds what happened`() async throws {
            try await withCluster { fixture, announced in
                let (object, _) = try await fixture.run(try fixture.request("sleep 1"))
                try await fixture.cluster.kill()
                try await eventually("the stream ends") { announced.ended != nil }
                try await fixture.cluster.restart()
                let second = Announced()
                let following = try await second.follow(fixture.engine)
                defer { following.cancel() }
                #expect(try await fixture.waitForEnd(object).status == .finishedSuccessfully)
                try await expectChanges(fixture, second)
            }
        }
    }
}
