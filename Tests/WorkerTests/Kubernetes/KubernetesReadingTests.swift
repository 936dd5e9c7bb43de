import Core
import FoundationEssentials
import Testing

@testable import Worker

@Suite struct KubernetesReadingTests {
    private static let started = ["org.chrisproject.pman.started": "2026-01-01T00:00:00Z"]

    private func job(
        _ status: String, suspend: Bool = false, annotations: [String: String] = started
    ) throws -> KubernetesJob {
        let marks = try JSONEncoder().encode(annotations)
        let text = """
            {"metadata": {"name": "j-1", "uid": "u", "resourceVersion": "7", "annotations": \(String(decoding: marks, as: UTF8.self))},
             "spec": {"suspend": \(suspend)}, "status": \(status)}
            """
        return try JSONDecoder().decode(KubernetesJob.self, from: Data(text.utf8))
    }

    private func pod(_ status: String) throws -> KubernetesPod {
        let text =
            #"{"metadata": {"name": "j-1-x", "uid": "p", "ownerReferences": [{"uid": "u"}]}, "status": \#(status)}"#
        return try JSONDecoder().decode(KubernetesPod.self, from: Data(text.utf8))
    }

    private func report(_ job: KubernetesJob, _ pods: [KubernetesPod] = [], failedCreation: String? = nil)
        -> StatusReport
    {
        JobReading(job: job, pods: pods, failedCreation: failedCreation).report
    }

    @Test func `a held job, and one that was suspended by hand`() throws {
        let suspended = #"{"conditions": [{"type": "Suspended", "status": "True"}]}"#
        #expect(report(try job(suspended, suspend: true, annotations: [:])).message == "created")
        #expect(try job(suspended, suspend: true, annotations: [:]).objectState == .held)
        let byHand = try job(suspended, suspend: true)
        // It may have run: it must not be started again.
        #expect(byHand.objectState == .running)
        #expect(report(byHand).message.hasPrefix("suspended: somebody has suspended the Job j-1"))
    }

    @Test(
        "a status that is empty, missing, or has nothing but active",
        arguments: [
            "{}", "null", #"{"active": 1}"#, #"{"conditions": [], "active": 1, "startTime": "2026-01-01T00:00:00Z"}"#,
        ])
    func empty(status: String) throws {
        let report = report(try job(status))
        #expect(report.status == .notstarted)
        #expect(report.message == "pending: the cluster has not made a pod yet")
    }

    @Test func `conditions are found by type, whatever their order, and False is no end`() throws {
        let complete = #"""
            {"succeeded": 1, "completionTime": "2026-01-01T00:00:09Z", "conditions": [
              {"type": "Suspended", "status": "False", "reason": "JobResumed"},
              {"type": "SuccessCriteriaMet", "status": "True"}, {"type": "Complete", "status": "True"}]}
            """#
        let ended = report(try job(complete))
        #expect(ended.status == .finishedSuccessfully)
        #expect(ended.message == "finished")
        #expect(ended.timestamp == "2026-01-01T00:00:09Z")
        for early in [
            #"{"active": 1, "succeeded": 1, "conditions": [{"type": "SuccessCriteriaMet", "status": "True"}]}"#,
            #"{"failed": 1, "conditions": [{"type": "FailureTarget", "status": "True"}, {"type": "Failed", "status": "False"}]}"#,
        ] {
            #expect(report(try job(early)).status == .started)
            #expect(report(try job(early)).message == "running")
        }
    }

    @Test(
        "how a failed job's container ended",
        arguments: [
            (#"{"exitCode": 3, "reason": "Error"}"#, "exited (3)", 3),
            (#"{"exitCode": 137, "reason": "OOMKilled"}"#, "exited (137): out of memory", 137),
            (#"{"exitCode": 1, "reason": "OOMKilled"}"#, "exited (1): out of memory", 1),
            (#"{"exitCode": 137, "reason": "Error"}"#, "exited (137): killed", 137),
            (
                #"{"exitCode": 128, "reason": "StartError", "message": "exec: \"/x\": no such file"}"#,
                "cannot be started: exec: \"/x\": no such file (is the program in the image?)", 128
            ),
        ])
    func failed(terminated: String, words: String, code: Int) throws {
        let status =
            #"{"failed": 1, "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit", "lastTransitionTime": "2026-01-01T00:01:00Z"}]}"#
        let pod = try pod(
            #"{"phase": "Failed", "containerStatuses": [{"name": "job", "state": {"terminated": \#(terminated)}}]}"#)
        let report = report(try job(status), [pod])
        #expect(report.status == .finishedWithError)
        #expect(report.message == "Job has reached the specified backoff limit: \(words)")
        #expect(report.exitCode == code)
        #expect(report.timestamp == "2026-01-01T00:01:00Z")
    }

    @Test func `eviction, preemption and the deadline are told`() throws {
        let failed =
            #"{"failed": 1, "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "limit"}]}"#
        let evicted = try pod(
            #"{"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}"#)
        #expect(report(try job(failed), [evicted]).message == "limit: evicted: The node was low on resource: memory.")
        let preempted = try pod(
            #"{"phase": "Failed", "conditions": [{"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler", "message": "stand-in: preempting"}], "containerStatuses": [{"name": "job", "state": {"terminated": {"exitCode": 137, "reason": "Error"}}}]}"#
        )
        #expect(report(try job(failed), [preempted]).message == "limit: exited (137): killed: stand-in: preempting")
        let late =
            #"{"conditions": [{"type": "Failed", "status": "True", "reason": "DeadlineExceeded", "message": "Job was active longer than specified deadline"}]}"#
        #expect(report(try job(late)).message.hasPrefix("Job was active longer than specified deadline: "))
    }

    @Test(
        "why a pod waits, in the cluster's words",
        arguments: [
            ("ErrImagePull", "rpc error", "pending: ErrImagePull: rpc error", true, false),
            ("ImagePullBackOff", "Back-off", "pending: ImagePullBackOff: Back-off", true, false),
            ("InvalidImageName", "bad", "pending: InvalidImageName: bad", true, true),
            ("CreateContainerConfigError", "no secret", "pending: CreateContainerConfigError: no secret", true, false),
            ("ContainerCreating", "", "pending: its container is being created", false, false),
            ("SomethingNew", "x\u{1b}[31m", "pending: SomethingNew: x [31m", false, false),
        ])
    func waiting(reason: String, message: String, text: String, isStuck: Bool, isHopeless: Bool) throws {
        let words = String(decoding: try JSONEncoder().encode(message), as: UTF8.self)
        let pod = try pod(
            #"{"phase": "Pending", "containerStatuses": [{"name": "job", "state": {"waiting": {"reason": "\#(reason)", "message": \#(words)}}}]}"#
        )
        let reading = JobReading(job: try job(#"{"active": 1}"#), pods: [pod])
        #expect(reading.report.status == .notstarted)
        #expect(reading.report.message == text)
        #expect((reading.stuck != nil) == isStuck)
        #expect((reading.stuck?.isHopeless ?? false) == isHopeless)
    }

    @Test func `the scheduler's words, a quota's, and one worker of two that waits`() throws {
        let unschedulable = try pod(
            #"{"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}]}"#
        )
        let active = try job(#"{"active": 1}"#)
        #expect(report(active, [unschedulable]).message == "pending: Unschedulable: 0/3 nodes are available")
        #expect(
            report(active, failedCreation: "pods \"x\" is forbidden: exceeded quota: q").message
                == "pending: quota: pods \"x\" is forbidden: exceeded quota: q")
        let running = try pod(
            #"{"phase": "Running", "containerStatuses": [{"name": "job", "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]}"#
        )
        let both = report(active, [running, unschedulable])
        #expect(both.status == .started)
        #expect(both.message == "running: 1 of 2 workers wait: Unschedulable: 0/3 nodes are available")
    }

    @Test func `what was given up says why, whatever the Job says`() throws {
        let annotations = Self.started.merging(["org.chrisproject.pman.given_up": "pending: no image"]) { $1 }
        let given = try job(#"{"active": 1}"#, suspend: true, annotations: annotations)
        #expect(given.objectState == .ended)
        #expect(report(given).status == .finishedWithError)
        #expect(report(given).message == "pending: no image")
    }

    @Test func `objects with nothing in them, and with the wrong things, are read`() throws {
        #expect(try job(#"{"conditions": "none", "active": "many"}"#).status.conditions.isEmpty)
        #expect(try pod(#"{"containerStatuses": [{"state": {}}]}"#).hasStarted == false)
        #expect(throws: (any Error).self) { try JSONDecoder().decode(KubernetesJob.self, from: Data("{}".utf8)) }
    }
}
