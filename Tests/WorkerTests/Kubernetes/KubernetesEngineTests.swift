import Core
import Support
import Testing

@testable import Worker

extension KubernetesOnStandIn {
    @Suite struct KubernetesEngineTests {
        @Test func `a job is held, started once, and reported with its output`() async throws {
            let fixture = try KubernetesFixture(try await SharedCluster.cluster)
            try fixture.storage.write("hello", to: "first/in/file")
            let request = try fixture.request(
                "cat /share/incoming/file; echo $0 started >> /share/outgoing/starts; sleep 1; exit 3", job: "first")
            let submission = fixture.submission(request)
            let held = try await fixture.engine.hold(submission, request)
            #expect(held.name?.hasPrefix("first-") == true)
            #expect(try await fixture.engine.report(on: held.id)?.isHeld == true)
            let found = try await fixture.engine.find(submission)
            #expect(found.map(\.id) == [held.id])
            #expect(found.first?.state == .held)
            #expect(found.first?.resources.cpuMillicores == 10)
            // A moment in which nothing may happen: the cluster has seen that it is suspended.
            try await eventually("the Job is suspended") {
                try await fixture.cluster.objects("jobs").contains {
                    $0["metadata"]["uid"].string == held.id.text
                        && $0["status"]["conditions"].array?.first?["type"] == "Suspended"
                }
            }
            for _ in 0..<3 {
                let outcome = try await fixture.engine.start(held)
                #expect(outcome == .started)
            }
            let running = try await fixture.waitForReport(held.id, "it runs") { $0.status == .started }
            #expect(running.message == "running")
            let ended = try await fixture.waitForEnd(held.id)
            #expect(ended.status == .finishedWithError)
            #expect(ended.exitCode == 3)
            #expect(ended.message == "Job has reached the specified backoff limit: exited (3)")
            #expect(ended.logs == "hello")
            #expect(try fixture.storage.read("first/out/starts").split(separator: "\n").count == 1)
            #expect(try await fixture.engine.start(HeldObject(id: held.id, name: nil)) == .started)
            #expect(try await fixture.engine.find(submission).first?.state == .ended)
            let stranger = SubmissionID(key: submission.key, generation: 2, nonce: .random())
            #expect(try await fixture.engine.remove(held.id, of: stranger) == false)
            #expect(try await fixture.engine.remove(held.id, of: submission))
            #expect(try await fixture.engine.report(on: held.id) == nil)
            #expect(try await fixture.engine.remove(held.id, of: submission) == false)
        }

        @Test func `a command with every metacharacter, and variables, arrive as they are`() async throws {
            let fixture = try KubernetesFixture(try await SharedCluster.cluster, ["ENABLE_HOME_WORKAROUND": "yes"])
            let words = ["$(HOME)", "$$(HOME)", "$HOME", "`id`", "a\"b'c\\", "*;|&<>", "$", "$$$", "$(", "ü\n\t ", ""]
            let request = try fixture.request(
                "", environment: ["A=$(HOME)$$", "B=x=y", "C="],
                command: ["/bin/sh", "-c", #"for w in "$@"; do echo "<$w>"; done; echo "$A,$B,$C,$HOME""#, "sh"] + words
            )
            let (object, _) = try await fixture.run(request)
            let ended = try await fixture.waitForEnd(object)
            let expected = (words + ["/share/outgoing"]).map { "<\($0)>\n" }.joined() + "$(HOME)$$,x=y,,/tmp\n"
            #expect(ended.logs == expected)
            #expect(ended.message == "finished")
        }

        @Test func `user, group, shared memory and a read-only input are what was asked for`() async throws {
            let fixture = try KubernetesFixture(
                try await SharedCluster.cluster, ["CONTAINER_USER": "1234:5678", "SHM_SIZE": "3"])
            let request = try fixture.request(
                "id -u; id -g; touch /share/incoming/x || echo refused; df -k /dev/shm | tail -1 | awk '{print $2}'",
                job: "user")
            let (object, _) = try await fixture.run(request)
            let lines = try await fixture.waitForEnd(object).logs?.split(separator: "\n").map(String.init)
            #expect(lines?.filter { !$0.hasPrefix("touch") } == ["1234", "5678", "refused", "3072"])
        }

        @Test func `a root that cannot be written comes with a /tmp that can`() async throws {
            let fixture = try KubernetesFixture(
                try await SharedCluster.cluster, ["READ_ONLY_ROOT": "yes", "DROP_PRIVILEGES": "yes"])
            let manifest = fixture.engine.manifest(
                named: "n", fixture.submission(try fixture.request("true", job: "m")),
                try fixture.request("true", job: "m"))
            let pod = manifest.spec.template.spec
            #expect(pod.containers.first?.securityContext.readOnlyRootFilesystem == true)
            #expect(pod.containers.first?.securityContext.capabilities.drop == ["ALL"])
            #expect(pod.containers.first?.volumeMounts.contains { $0.mountPath == "/tmp" } == true)
            // The stand-in holds what it is sent to the official schema.
            let (object, _) = try await fixture.run(try fixture.request("echo x > /tmp/x && echo wrote"))
            #expect(try await fixture.waitForEnd(object).logs == "wrote\n")
        }

        @Test func `out of memory is told apart`() async throws {
            let fixture = try KubernetesFixture(try await SharedCluster.cluster)
            let request = try fixture.request("x=$(head -c 100000000 /dev/zero | tr '\\0' x); echo ${#x}", memory: 30)
            let (object, _) = try await fixture.run(request)
            let ended = try await fixture.waitForEnd(object)
            #expect(ended.status == .finishedWithError)
            #expect(ended.message.hasSuffix("exited (137): out of memory"))
        }

        @Test func `a program that is not there ends the job, and says so`() async throws {
            let fixture = try KubernetesFixture(try await SharedCluster.cluster)
            let (object, _) = try await fixture.run(try fixture.request("", command: ["/bin/nope"]))
            let ended = try await fixture.waitForEnd(object)
            #expect(ended.status == .finishedWithError)
            #expect(ended.message.contains("is the program in the image?"))
            #expect(ended.message.contains("no such file or directory"))
        }

        @Test func `several workers each run the command once`() async throws {
            let fixture = try KubernetesFixture(try await SharedCluster.cluster)
            let request = try fixture.request(
                "echo $HOSTNAME | tee -a /share/outgoing/starts", job: "three", workers: 3)
            let (object, _) = try await fixture.run(request)
            let ended = try await fixture.waitForEnd(object)
            #expect(ended.status == .finishedSuccessfully)
            let starts = try fixture.storage.read("three/out/starts").split(separator: "\n")
            #expect(Set(starts).count == 3)
            #expect(ended.logs?.split(separator: "\n").count == 3)
        }

        @Test func `a running job and its pods are removed`() async throws {
            let fixture = try KubernetesFixture(try await SharedCluster.cluster)
            let request = try fixture.request("trap 'exit 0' TERM; while :; do sleep 0.1; done", job: "endless")
            let (object, submission) = try await fixture.run(request)
            _ = try await fixture.waitForReport(object, "it runs") { $0.status == .started }
            #expect(try await fixture.engine.remove(object, of: submission))
            #expect(try await fixture.cluster.countObjects(of: "endless", installation: "kube.") == 0)
        }

        @Test func `the tail is bounded by lines and bytes, and is the end`() async throws {
            let fixture = try KubernetesFixture(
                try await SharedCluster.cluster, ["JOB_LOGS_TAIL": "50", "JOB_LOGS_MAX_BYTES": "1000"])
            let (object, _) = try await fixture.run(
                try fixture.request(
                    "for i in $(seq 1 200); do echo line $i $(head -c 5000 /dev/zero | tr '\\0' x); done; echo END"))
            let logs = try await fixture.waitForEnd(object).logs ?? ""
            #expect(logs.hasSuffix("x\nEND\n"))
            #expect(logs.hasPrefix(LogTail.marker))
            #expect(logs.utf8.count <= 1000)
        }
    }
}

/// What needs the stand-in of Kubernetes.
@Suite(.enabled(if: TestParts.include("kubernetes"))) struct KubernetesOnStandIn {}
