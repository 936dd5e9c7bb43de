import Core
import Foundation
import Testing

@testable import Worker

/// How answers of slurmrestd become reports.
struct SlurmMappingTests {
    private func job(_ text: String) throws -> SlurmJob {
        let jobs = try JSONDecoder().decode(SlurmJobs.self, from: Data("{\"jobs\": [\(text)]}".utf8)).jobs
        return try #require(jobs.first)
    }

    @Test(
        "each state has its word",
        arguments: [
            (#""job_state":"PENDING","state_reason":"JobHeldUser""#, "notstarted", "created"),
            (#""job_state":"PENDING","state_reason":"JobHeldAdmin""#, "notstarted", "queued: held by an administrator"),
            (#""job_state":"PENDING","state_reason":"None""#, "notstarted", "queued"),
            (#""job_state":"PENDING","state_reason":"Priority""#, "notstarted", "queued: waiting behind jobs"),
            (
                #""job_state":"PENDING","state_reason":"QOSMaxJobsPerUserLimit""#, "notstarted",
                "queued: a limit is reached"
            ),
            (
                #""job_state":"PENDING","state_reason":"NewOne","state_description":"why""#, "notstarted",
                "queued: NewOne: why"
            ),
            (#""job_state":"CONFIGURING","state_reason":"None""#, "notstarted", "queued"),
            (#""job_state":"RUNNING","start_time":1700000000"#, "started", "running"),
            (#""job_state":"SUSPENDED""#, "started", "paused"),
            (#""job_state":"COMPLETING""#, "started", "running: completing"),
            (#""job_state":"COMPLETED","exit_code":0"#, "finishedSuccessfully", "exited (0)"),
            (
                #""job_state":"FAILED","exit_code":768,"state_reason":"NonZeroExitCode""#, "finishedWithError",
                "exited (3)"
            ),
            (#""job_state":"FAILED","exit_code":9"#, "finishedWithError", "exited (137): killed"),
            (
                #""job_state":"FAILED","exit_code":256,"state_reason":"BadConstraints""#, "finishedWithError",
                "BadConstraints"
            ),
            (#""job_state":"TIMEOUT","time_limit":7"#, "finishedWithError", "the time limit of 7 minutes"),
            (#""job_state":"OUT_OF_MEMORY","exit_code":125"#, "finishedWithError", "exited (137): out of memory"),
            (#""job_state":"NODE_FAIL""#, "finishedWithError", "dead: its node failed"),
            (#""job_state":"PREEMPTED""#, "finishedWithError", "preempted"),
            (#""job_state":"CANCELLED""#, "finishedWithError", "cancelled"),
            (#""job_state":"BOOT_FAIL""#, "finishedWithError", "did not boot"),
            (#""job_state":"DEADLINE""#, "finishedWithError", "deadline"),
            // As from v0.0.39 on.
            (#""job_state":["COMPLETED","COMPLETING"]"#, "started", "running: completing"),
            (
                #""job_state":["FAILED"],"exit_code":{"return_code":{"set":true,"infinite":false,"number":4},"signal":{"id":{"set":false,"number":0}}}"#,
                "finishedWithError", "exited (4)"
            ),
            (
                #""job_state":["FAILED"],"exit_code":{"return_code":{"set":false,"number":0},"signal":{"id":{"set":true,"number":15}}}"#,
                "finishedWithError", "exited (143)"
            ),
            (
                #""job_state":["TIMEOUT"],"time_limit":{"set":true,"infinite":true,"number":0}"#, "finishedWithError",
                "the time limit was reached"
            ),
        ])
    func words(fields: String, status: String, message: String) throws {
        let report = SlurmWord(try job("{\"job_id\": 1, \(fields)}")).report
        #expect(report.status.rawValue == status)
        #expect(report.message.contains(message), "\(report)")
    }

    @Test func `a job that cannot be read does not hide the others`() throws {
        let text =
            #"{"jobs": [{"job_id": "x"}, 7, {"job_id": 3, "comment": null, "exit_code": "?", "start_time": {}}]}"#
        #expect(try JSONDecoder().decode(SlurmJobs.self, from: Data(text.utf8)).jobs.map(\.id) == [3])
    }

    @Test func `a comment tells its submission to its own installation only`() throws {
        let submission = SubmissionID(
            key: JobKey(backend: .slurm, job: try JobID("j")), generation: 2, nonce: .random())
        let resources = Resources(cpuMillicores: 1, memoryMebibytes: 2, gpus: 0, workers: 1)
        var labels = JobLabels.make(submission, resources, installation: "a.")
        labels[SlurmComment.object] = "0123456789abcdef01234567"
        let comment = try SlurmComment.text(labels)
        #expect(SlurmComment.read(comment, installation: "a.")?.submission == submission)
        #expect(SlurmComment.read(comment, installation: "a.")?.object.text == "0123456789abcdef01234567")
        #expect(SlurmComment.read(comment, installation: "b.") == nil)
        #expect(SlurmComment.read("", installation: "a.") == nil)
        labels[SlurmComment.object] = "../../etc"
        #expect(SlurmComment.read(try SlurmComment.text(labels), installation: "a.") == nil)
        labels["long"] = String(repeating: "x", count: 1000)
        #expect(throws: EngineTrouble.self) { try SlurmComment.text(labels) }
    }

    @Test func `a longest job id fits`() throws {
        let submission = SubmissionID(
            key: JobKey(backend: .slurm, job: try JobID(String(repeating: "j", count: 200))),
            generation: SubmissionID.maximumGeneration, nonce: .random())
        let resources = Resources(
            cpuMillicores: Resources.maximumCPUMillicores, memoryMebibytes: Resources.maximumMemoryMebibytes, gpus: 0,
            workers: 1)
        var labels = JobLabels.make(submission, resources, installation: String(repeating: "q", count: 60) + ".")
        labels[SlurmComment.object] = Nonce.random().text
        labels["label"] = String(repeating: "v", count: 289)
        #expect(try SlurmComment.text(labels).utf8.count <= SlurmComment.maximumBytes)
    }

    @Test func `a stranger's job with a comment like ours is not ours`() throws {
        let job = try job(#"{"job_id": 1, "user_name": "eve", "user_id": 666}"#)
        #expect(!SlurmUser(name: "chris", id: 0).owns(job))
        #expect(!SlurmUser(name: nil, id: 1000).owns(job))
        #expect(SlurmUser(name: nil, id: 666).owns(job))
        #expect(SlurmUser(name: "eve", id: 0).owns(job))
    }

    @Test func `errors are sorted into those that pass and those that stay`() {
        func kind(_ number: Int) -> String {
            switch SlurmTrouble.submitting(.refused(number: number, message: "")) {
            case .permanent: "permanent"
            case .transient: "transient"
            case .away: "away"
            case .shortlyTransient, .preparing: "?"
            }
        }
        #expect([-1, 1800, 1007, 5004, 2131].map(kind) == Array(repeating: "away", count: 5))
        #expect([11, 2007, 2050, 2105].map(kind) == Array(repeating: "transient", count: 4))
        #expect([2000, 2002, 2014, 2045, 2051, 2066, 2072].map(kind) == Array(repeating: "permanent", count: 7))
    }
}
