import Support
import Testing

extension Conformance {
    /// What happens to a job from its submission to its removal.
    @Suite struct LifeTests {
        @Test(arguments: BackendKind.asked)
        func `Statuses come in order, and a running job's output is shown`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                let request = try bench.job(
                    .shell("echo begun; while ! [ -e /share/outgoing/end ]; do sleep 0.2; done; echo done"))
                #expect(try await bench.api.post(request).status == 201)
                let order = ["notstarted", "started", "finishedSuccessfully"]
                var last = 0
                var mayEnd = false
                try await eventually(within: bench.patience * 2, every: .milliseconds(20), "the job has ended") {
                    let answer = try await bench.api.get(request.jid)
                    try #require(answer.status == 200)
                    let now = try #require(order.firstIndex(of: answer.json["status"].string ?? ""), "\(answer.text)")
                    #expect(now >= last)
                    last = now
                    if now == 1, !mayEnd, bench.logs(answer.json) == "begun\n" {
                        mayEnd = true
                        try bench.storage.write("", to: "\(request.outputDir)/end")
                    }
                    return now == 2
                }
                #expect(mayEnd)
                #expect(bench.logs(try await bench.api.get(request.jid).json) == "begun\ndone\n")
            }
        }

        @Test(arguments: BackendKind.asked)
        func `The same job posted many times is run once`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                let request = try bench.counted("sleep 0.3; exit 5")
                try await withThrowingDiscardingTaskGroup { group in
                    for _ in 0..<8 {
                        group.addTask {
                            let answer = try await bench.api.post(request)
                            #expect(answer.status == 201)
                        }
                    }
                }
                let ended = try await bench.api.waitForEnd(request.jid, within: bench.patience)
                #expect(ended["message"].string?.contains("(5)") == true, "\(ended)")
                #expect(try await bench.api.post(request).json["status"] == "finishedWithError")
                #expect(bench.runs(request) == 1)
                var other = request
                other.args = ["other"]
                #expect(try await bench.api.post(other).status == 409)
            }
        }

        @Test(arguments: BackendKind.asked)
        func `DELETE of a running job ends it`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                let request = try bench.counted("while sleep 0.2; do echo ran >> /share/outgoing/ran; done")
                #expect(try await bench.api.post(request).status == 201)
                try await bench.api.waitFor(request.jid, status: ["started"], within: bench.patience)
                #expect(try await bench.api.delete(request.jid).status == 204)
                #expect(try await bench.api.get(request.jid).status == 404)
                try await bench.waitUntilNoObject(of: request.jid)
                // Nothing of it goes on behind the scheduler's back.
                try await eventually(within: bench.patience, every: .seconds(1), "the job has stopped writing") {
                    let before = bench.runs(request)
                    try await Task.sleep(for: .seconds(1))
                    return bench.runs(request) == before
                }
            }
        }

        @Test(arguments: BackendKind.own)
        func `A job id can be used again after DELETE`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                let first = try bench.counted("exit 1")
                #expect(try await bench.run(first)["status"] == "finishedWithError")
                #expect(try await bench.api.delete(first.jid).status == 204)
                var second = first
                second.args = ["another"]
                let ended = try await bench.run(second)
                #expect(ended["status"] == "finishedWithError", "\(ended)")
                #expect(ended["cmd"].string?.contains("another") == true)
                #expect(bench.runs(first) == 2)
                try await eventually(within: bench.patience, "only the second is left") {
                    try await bench.backend.countObjects(of: first.jid, installation: bench.prefix) == 1
                }
            }
        }

        @Test(arguments: BackendKind.own)
        func `What a stranger has under the same name is never touched`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                let jid = JobRequest.uniqueID()
                let stranger = try await bench.backend.startStranger(named: jid)
                #expect(try await bench.api.get(jid).status == 404)
                #expect(try await bench.api.delete(jid).status == 404)
                let ended = try await bench.run(try bench.job(.shell("echo ours", jid: jid)))
                #expect(bench.logs(ended) == "ours\n", "\(ended)")
                #expect(try await bench.api.delete(jid).status == 204)
                try await bench.waitUntilNoObject(of: jid)
                #expect(try await bench.backend.strangerRuns(stranger))
            }
        }

        @Test(arguments: BackendKind.own)
        func `A job deleted while it waits never runs`(_ kind: BackendKind) async throws {
            try await Benches.alone(kind) { bench in
                try await bench.worker.terminate()
                let (deleted, kept) = (try bench.counted("exit 0"), try bench.counted("exit 0"))
                #expect(try await bench.api.post(deleted).status == 201)
                #expect(try await bench.api.delete(deleted.jid).status == 204)
                #expect(try await bench.api.post(kept).status == 201)
                try await bench.worker.start()
                #expect(try await bench.api.waitForEnd(kept.jid)["status"] == "finishedSuccessfully")
                // The later command is done, so the earlier one has been taken.
                try await bench.waitUntilNoObject(of: deleted.jid)
                #expect(bench.runs(deleted) == 0)
            }
        }

        @Test(arguments: BackendKind.own)
        func `A job deleted while its worker is away is gone when the worker is back`(
            _ kind: BackendKind
        ) async throws {
            try await Benches.alone(kind) { bench in
                let request = try bench.counted("sleep 600")
                #expect(try await bench.api.post(request).status == 201)
                try await bench.api.waitFor(request.jid, status: ["started"], within: bench.patience)
                try await bench.worker.kill()
                #expect(try await bench.api.delete(request.jid).status == 204)
                try await bench.worker.start()
                try await bench.waitUntilNoObject(of: request.jid)
            }
        }
    }
}
