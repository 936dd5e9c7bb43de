import Core
import Support
import Testing

@testable import Worker

extension KubernetesOnStandIn {
    @Suite struct KubernetesWaitingTests {
        /// Runs `body` with a stand-in of its own, whose settings it may change.
        private func withCluster(_ body: (KubernetesUnderTest) async throws -> Void) async throws {
            let cluster = try await KubernetesUnderTest()
            do { try await body(cluster) } catch {
                await cluster.stop()
                throw error
            }
            await cluster.stop()
        }

        @Test func `an image that cannot be pulled is said, and ends the job after a while`() async throws {
            let fixture = try KubernetesFixture(
                try await SharedCluster.cluster, ["KUBERNETES_IMAGE_DEADLINE_SECONDS": "2"])
            let (object, submission) = try await fixture.run(try fixture.request("true", image: "local/none:1"))
            let waiting = try await fixture.waitForReport(object, "it waits for its image") {
                $0.message.hasPrefix("pending: ErrImagePull") || $0.message.hasPrefix("pending: ImagePullBackOff")
            }
            #expect(waiting.status == .notstarted)
            let ended = try await fixture.waitForEnd(object)
            #expect(ended.status == .finishedWithError)
            #expect(ended.message.contains("local/none:1"))
            #expect(ended.message.hasSuffix("given up after 2 s"))
            #expect(ended.logs == "")
            // It is over for good: nobody starts it again, and another worker says the same of it.
            guard case .refused(let reason) = try await fixture.engine.start(HeldObject(id: object, name: nil)) else {
                return #expect(Bool(false), "a job that was given up can be started again")
            }
            #expect(reason == ended.message)
            #expect(try await fixture.engine.find(submission).first?.state == .ended)
            let other = try KubernetesFixture.engine(
                fixture.cluster, fixture.cluster.workerVariables(storage: fixture.storage.path), prefix: "kube.")
            #expect(try await other.report(on: object)?.status == ended)
            #expect(try await fixture.engine.remove(object, of: submission))
        }

        @Test func `a job that no node has room for says so in the scheduler's words`() async throws {
            let fixture = try KubernetesFixture(try await SharedCluster.cluster)
            let (object, submission) = try await fixture.run(try fixture.request("true", gpus: 2))
            let waiting = try await fixture.waitForReport(object, "it is not scheduled") {
                $0.message.contains("Unschedulable")
            }
            #expect(waiting.status == .notstarted)
            #expect(
                waiting.message.hasPrefix(
                    "pending: Unschedulable: 0/1 nodes are available: 1 Insufficient nvidia.com/gpu."))
            let tail = try await fixture.engine.tail(of: object)
            #expect(tail == "")
            #expect(try await fixture.engine.remove(object, of: submission))
        }

        @Test func `a quota that keeps pods from being made is said, with and without the right to read events`()
            async throws
        {
            try await withCluster { cluster in
                try await cluster.set(["podQuota": 0])
                let fixture = try KubernetesFixture(cluster)
                let (object, _) = try await fixture.run(try fixture.request("true"))
                let waiting = try await fixture.waitForReport(object, "it waits for the quota") {
                    $0.message.contains("quota")
                }
                #expect(waiting.status == .notstarted)
                #expect(waiting.message.hasPrefix("pending: quota: Error creating: pods"))
                try await cluster.set(["denied": ["list events"]])
                let poor = try KubernetesFixture(cluster)
                let report = try await poor.engine.report(on: object)
                #expect(report?.status.message == "pending: the cluster has not made a pod yet")
                try await cluster.set(["podQuota": .null])
                #expect(try await fixture.waitForEnd(object).status == .finishedSuccessfully)
            }
        }

        @Test func `a right that is missing is named`() async throws {
            try await withCluster { cluster in
                let fixture = try KubernetesFixture(cluster)
                let request = try fixture.request("true")
                func trouble(_ denied: Support.JSONValue, _ body: () async throws(EngineTrouble) -> Void) async throws
                    -> String
                {
                    try await cluster.set(["denied": denied])
                    do throws(EngineTrouble) {
                        try await body()
                        return "nothing was refused"
                    } catch {
                        guard case .transient(let text) = error else { return "not transient: \(error)" }
                        return text
                    }
                }
                let creating = try await trouble(["create jobs"]) { () async throws(EngineTrouble) in
                    _ = try await fixture.engine.hold(fixture.submission(request), request)
                }
                #expect(creating.contains("does not allow this worker to create jobs"))
                #expect(creating.contains("rbac.yaml"))
                let listing = try await trouble(["watch pods", "list pods"]) { () async throws(EngineTrouble) in
                    _ = try await fixture.engine.changes()
                }
                #expect(listing.contains("list pods"))
                let (object, _) = try await { () async throws in
                    try await cluster.set(["denied": []])
                    return try await fixture.run(request)
                }()
                _ = try await fixture.waitForEnd(object)
                let reading = try await trouble(["get pods/log"]) { () async throws(EngineTrouble) in
                    _ = try await fixture.engine.report(on: object)
                }
                #expect(reading.contains("get pods/log"))
                try await cluster.set(["denied": ["get namespaces"]])
                let failure = await #expect(throws: (any Error).self) {
                    try await KubernetesBackend.engineID(fixture.engine.client)
                }
                #expect("\(String(describing: failure))".contains("ENGINE_ID"))
            }
        }

        @Test func `a token that was rotated is read anew, and a refused one means that the cluster is away`()
            async throws
        {
            try await withCluster { cluster in
                let fixture = try KubernetesFixture(cluster)
                try await fixture.engine.ping()
                try await cluster.set(["tokens": ["second-token"]])
                await #expect(throws: EngineTrouble.self) { try await fixture.engine.ping() }
                do throws(EngineTrouble) {
                    try await fixture.engine.ping()
                } catch {
                    guard case .away(let text) = error else { return #expect(Bool(false), "\(error)") }
                    #expect(text.contains("credentials"))
                }
                try cluster.directory.write("second-token\n", to: "token")
                try await fixture.engine.ping()
                // With a certificate in the kubeconfig itself, and no token at all.
                let certificate = try cluster.directory.read("client.pem").base64
                let key = try cluster.directory.read("client.key").base64
                try cluster.writeKubeconfig(
                    user: "{client-certificate-data: \(certificate), client-key-data: \(key)}")
                let certified = try KubernetesFixture(cluster)
                try await certified.engine.ping()
                #expect(try await certified.engine.list().isEmpty)
            }
        }

        @Test func `a server that puts requests off is asked again`() async throws {
            try await withCluster { cluster in
                let fixture = try KubernetesFixture(cluster)
                try await cluster.set(["refuse": 429, "retryAfter": 1, "refusals": 1])
                #expect(try await fixture.engine.list().isEmpty)
                try await cluster.set(["refuse": 500, "retryAfter": .null, "refusals": 1])
                let error = await #expect(throws: EngineTrouble.self) { try await fixture.engine.list() }
                guard case .transient = error else { return #expect(Bool(false), "\(String(describing: error))") }
            }
        }

        @Test func `without the server the engine is away, and what ran is told afterwards`() async throws {
            try await withCluster { cluster in
                let fixture = try KubernetesFixture(cluster)
                let request = try fixture.request("echo $0 >> /share/outgoing/starts; sleep 2; echo done", job: "away")
                let (object, _) = try await fixture.run(request)
                _ = try await fixture.waitForReport(object, "it runs") { $0.status == .started }
                try await cluster.kill()
                let error = await #expect(throws: EngineTrouble.self) { try await fixture.engine.report(on: object) }
                guard case .away = error else { return #expect(Bool(false), "\(String(describing: error))") }
                try await cluster.restart()
                let ended = try await fixture.waitForEnd(object)
                #expect(ended.status == .finishedSuccessfully)
                #expect(ended.logs == "done\n")
                #expect(try fixture.storage.read("away/out/starts").split(separator: "\n").count == 1)
            }
        }
    }
}
