import Core
import Testing

@testable import Gateway

@Suite struct DispatchProgressTests {
    private func submissions(_ backends: [Backend], from offset: LogOffset = 1) throws -> [Submission] {
        try backends.enumerated().map { index, backend in
            let request = JobRequest(
                job: try JobID("job-\(index)"), user: "chris", image: try ImageReference("local/pmt:1"),
                entrypoint: ["true"], arguments: [], pathFlags: [], type: .fs, input: try StoragePath("in"),
                output: try StoragePath("out"), environment: [],
                resources: Resources(cpuMillicores: 1000, memoryMebibytes: 500, gpus: 0, workers: 1))
            let id = SubmissionID(key: JobKey(backend: backend, job: request.job), generation: 1, nonce: .random())
            return Submission(id: id, request: request, submittedAt: offset + LogOffset(index))
        }
    }

    @Test func `A backend that falls behind holds up what the log is told, and no other backend`() throws {
        var progress = DispatchProgress()
        #expect(progress.resume(reading: 1, dispatched: 0) == 0)
        let batch = try submissions([.docker, .swarm, .docker])
        #expect(progress.inTurn(batch) == batch)
        progress.advance(to: 3, except: [.swarm: 2], reading: 1)
        #expect(progress.settled == 1)
        #expect(progress.behind == [.swarm])
        #expect(progress.resume(reading: 1, dispatched: 1) == 3)
        let next = try submissions([.swarm, .docker], from: 4)
        #expect(progress.inTurn(next) == [next[1]])
        progress.advance(to: 5, except: [:], reading: 1)
        #expect(progress.settled == 1)
    }

    @Test func `It takes its turn again when all is published, and not before`() throws {
        var progress = DispatchProgress()
        _ = progress.resume(reading: 1, dispatched: 0)
        progress.advance(to: 3, except: [.swarm: 2], reading: 1)
        #expect(progress.catchUp(.swarm) == 2)
        progress.catchUp(.swarm, to: 2, reading: 1)
        #expect(progress.settled == 2)
        // One comes while the last page is read: it is behind until that one is published too.
        #expect(progress.inTurn(try submissions([.swarm], from: 4)).isEmpty)
        progress.advance(to: 4, except: [:], reading: 1)
        progress.caughtUp(.swarm)
        #expect(progress.catchUp(.swarm) == 3)
        progress.catchUp(.swarm, to: 4, reading: 1)
        progress.caughtUp(.swarm)
        #expect(progress.catchUp(.swarm) == nil)
        #expect(progress.settled == 4)
    }

    @Test func `Offsets of a log that was lost mean nothing in the next one`() {
        var progress = DispatchProgress()
        _ = progress.resume(reading: 1, dispatched: 0)
        progress.advance(to: 300, except: [.swarm: 200], reading: 1)
        #expect(progress.resume(reading: 2, dispatched: 5) == 5)
        #expect(progress.behind.isEmpty)
        progress.advance(to: 400, except: [.swarm: 310], reading: 1)
        #expect(progress.settled == 5)
    }

    @Test func `A backend whose queue has lost everything begins anew`() throws {
        var progress = DispatchProgress()
        _ = progress.resume(reading: 1, dispatched: 10)
        progress.fallBehind(.swarm, from: 0)
        #expect(progress.resume(reading: 1, dispatched: 10) == 10)
        #expect(progress.catchUp(.swarm) == 0)
        #expect(progress.settled == -1)
    }
}
