import Core
import Foundation
import Testing

@testable import Worker

/// What no engine means, but what its answers or others' messages can say: a sum of it must not end the worker.
struct ExtremeNumberTests {
    private static let huge = Int64.max

    private func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try DockerJSON.decode(type, Array(json.utf8))
    }

    @Test func `An event's time that cannot be told in nanoseconds is the last one`() throws {
        #expect(try decode(DockerEvent.self, #"{"time": \#(Self.huge)}"#).timeNano == .max)
        #expect(try decode(DockerEvent.self, #"{"time": \#(Int64.min)}"#).timeNano == .min)
    }

    @Test func `An engine has no more CPUs than there are`() throws {
        #expect(try decode(DockerEngineInfo.self, #"{"NCPU": \#(Self.huge)}"#).cpus == nil)
        #expect(try decode(DockerEngineInfo.self, #"{"NCPU": -1}"#).cpus == nil)
        #expect(try decode(DockerEngineInfo.self, #"{"NCPU": 256}"#).cpus == 256)
    }

    @Test func `A layer has no size that layers cannot have`() throws {
        let progress = try decode(
            DockerPullProgress.self, #"{"progressDetail": {"current": -1, "total": \#(Self.huge)}}"#)
        #expect(progress.current == nil && progress.total == nil)
        #expect(try decode(DockerPullProgress.self, #"{"progressDetail": {"total": 7}}"#).total == 7)
    }

    @Test func `A node's offers can be added up`() throws {
        let offer = #"{"DiscreteResourceSpec": {"Kind": "gpu", "Value": \#(Self.huge)}}"#
        let two = #"{"DiscreteResourceSpec": {"Kind": "gpu", "Value": 2}}"#
        let node = try decode(
            SwarmNode.self,
            #"{"ID": "n", "Description": {"Resources": {"GenericResources": [\#(two), \#(offer), \#(offer), \#(two)]}}}"#
        )
        #expect(node.generic == ["gpu": 4])
    }

    @Test func `A Slurm job ends by a signal that there is`() throws {
        func status(_ signal: Int64) throws -> StatusReport {
            let json =
                #"{"jobs": [{"job_id": 1, "job_state": ["FAILED"], "exit_code": {"signal": {"id": {"number": \#(signal)}}}}]}"#
            let jobs = try JSONDecoder().decode(SlurmJobs.self, from: Data(json.utf8)).jobs
            return SlurmWord(try #require(jobs.first)).report
        }
        #expect(try status(Self.huge).exitCode == 1)
        #expect(try status(9).exitCode == 137)
    }

    @Test func `Labels that somebody has changed ask for no more than a request may`() throws {
        let submission = SubmissionID(
            key: JobKey(backend: .docker, job: try JobID("job-1")), generation: 1, nonce: .random())
        let usual = Resources(cpuMillicores: 100, memoryMebibytes: 20, gpus: 0, workers: 1)
        var labels = JobLabels.make(submission, usual, installation: "pman.")
        #expect(JobLabels.submission(labels, backend: .docker, installation: "pman.")?.1 == usual)
        labels[JobLabels.cpu] = "\(Self.huge)"
        labels[JobLabels.memory] = "-1"
        let resources = JobLabels.submission(labels, backend: .docker, installation: "pman.")?.1
        #expect(resources?.cpuMillicores == Resources.maximumCPUMillicores && resources?.memoryMebibytes == 0)
    }

    @Test func `A gateway that says to have received more than there is gets no more than a window`() async {
        let lease = FollowLease()
        lease.renew(received: .max)
        #expect(await lease.room(after: 1_000) == FollowTerms.window)
    }
}
