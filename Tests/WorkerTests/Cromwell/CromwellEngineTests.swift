import Core
import Foundation
import Support
import Testing

@testable import Worker

/// The engine on the stand-in, which runs what it is given by the configuration in compose/cromwell.
@Suite(.serialized) struct CromwellEngineTests {
    @Test func `a job is held, found, released once, and ends with its output and exit code`() async throws {
        try await CromwellFixture.run { fixture in
            var engine = fixture.engine
            engine.visibilityPatience = .zero
            let submission = try CromwellFixture.submission("job")
            let request = try fixture.request("echo ran >> /share/outgoing/ran; echo out; echo err >&2; exit 3")
            let held = try await engine.hold(submission, request)
            // Not known yet: patience, not absence.
            let first = try await engine.report(on: held.id)
            #expect(first?.isHeld == true)
            try await eventually("it is found by its labels") {
                try await engine.find(submission).map(\.id) == [held.id]
            }
            #expect(try await engine.find(submission).first?.state == .held)
            #expect(try await engine.find(try CromwellFixture.submission("job")) == [])
            #expect(try await engine.report(on: held.id)?.isHeld == true)
            for _ in 0..<3 { #expect(try await engine.start(held) == .started) }
            let end = try await fixture.end(of: held.id)
            #expect(end.status == .finishedWithError)
            #expect(end.message == "Failed (3)")
            #expect(end.exitCode == 3)
            #expect(end.logs == "out\nerr\n")
            #expect(try await engine.start(held) == .started)
            #expect(try await engine.list().first?.state == .ended)
            #expect(try fixture.storage.read("key-job/outgoing/ran") == "ran\n")
        }
    }

    @Test(arguments: [("key-a/incoming", "key-a/outgoing"), ("a,b:c \"d'$(x)é/in", "home/~{out}/ü")])
    func `input is read-only and output writable, whatever the paths are`(input: String, output: String) async throws {
        try await CromwellFixture.run(["CONTAINER_USER": "1234:1235", "ENABLE_HOME_WORKAROUND": "yes"]) { fixture in
            let request = try fixture.request(
                "cat /share/incoming/f; touch /share/incoming/no; id -u; id -g; echo $HOME; echo \"$A\" > /share/outgoing/out",
                input: input, output: output, environment: ["A=it's ${x} ~{y}\n"])
            try fixture.openToAll(request.input.text)
            try fixture.storage.write("data\n", to: request.input.text + "/f")
            let end = try await fixture.run(request)
            #expect(end.status == .finishedSuccessfully, "\(end)")
            #expect(end.logs?.hasPrefix("data\n1234\n1235\n/tmp\n") == true, "\(end)")
            #expect(end.logs?.contains("Read-only") == true, "\(end)")
            #expect(try fixture.storage.read(request.output.text + "/out") == "it's ${x} ~{y}\n\n")
        }
    }

    @Test func `several workers run side by side, and the worst exit code is the job's`() async throws {
        try await CromwellFixture.run { fixture in
            let end = try await fixture.run(
                fixture.request(
                    "echo ran >> /share/outgoing/ran; mkdir /share/outgoing/first && exit 0; exit 7", workers: 3))
            #expect(end.message == "Failed (7)", "\(end)")
            #expect(try fixture.storage.read("key-job/outgoing/ran") == "ran\nran\nran\n")
        }
    }

    @Test func `what cannot be run says why`() async throws {
        try await CromwellFixture.run { fixture in
            let image = try await fixture.run(fixture.request("true", job: "a", image: "no/such:1"))
            #expect(image.status == .finishedWithError)
            #expect(image.message.contains("no/such:1"), "\(image)")
            var request = try fixture.request("true", job: "b")
            let program = try await fixture.run(try CromwellFixture.request(["/no/such", "x"], job: "b"))
            #expect(program.message.hasPrefix("Failed (127)"), "\(program)")
            #expect(program.logs?.contains("/no/such") == true)
            request = try CromwellFixture.request(["/bin/true"], job: "c")
            let folders = try await fixture.run(request)
            #expect(folders.message.contains("there is no directory"), "\(folders)")
        }
    }

    @Test func `links that a job leaves for the batch script and the worker lead nowhere`() async throws {
        try await CromwellFixture.run { fixture in
            let secret = try fixture.storage.write("secret\n", to: "secret")
            // The container's directory is the workflow's; its own script is killed before it leaves an exit code.
            let end = try await fixture.run(
                fixture.request(
                    "ln -sf '\(secret)' stderr; rm -f stdout; ln -s '\(secret)' stdout; ln -s '\(secret)' rc; "
                        + "kill -9 -1; sleep 60"))
            #expect(end.status == .finishedWithError)
            #expect(end.message.contains("the job was killed"), "\(end)")
            #expect(end.logs?.contains("secret\n") == false, "\(end)")
            #expect(try fixture.storage.read("secret") == "secret\n")
        }
    }

    @Test func `a site that knows only sharedir is told what it can have`() async throws {
        try await CromwellFixture.run(["CROMWELL_SHAREDIR_ONLY": "yes"]) { fixture in
            let good = try await fixture.run(fixture.request("exit 0"))
            #expect(good.status == .finishedSuccessfully)
            await #expect(throws: EngineTrouble.self) {
                try await fixture.engine.hold(
                    try CromwellFixture.submission("job"), try fixture.request("exit 0", input: "a", output: "b"))
            }
        }
    }

    @Test func `removal waits for the end, of a held, a running and an ended job`() async throws {
        try await CromwellFixture.run { fixture in
            var engine = fixture.engine
            engine.visibilityPatience = .zero
            let submission = try CromwellFixture.submission("job")
            let held = try await engine.hold(submission, try fixture.request("true"))
            // In its first moment nobody can tell whether it is there.
            await #expect(throws: EngineTrouble.self) { try await engine.remove(held.id, of: submission) }
            try await eventually("the held one is removed") { try await engine.remove(held.id, of: submission) }
            #expect(try await engine.report(on: held.id)?.status.message == "Aborted")
            #expect(try await engine.start(held) == .overtaken)

            let other = try CromwellFixture.submission("other")
            let running = try await fixture.start(
                other, fixture.request("while sleep 0.1; do echo ran >> /share/outgoing/ran; done", job: "other"))
            try await eventually("it runs") { fixture.has("key-other/outgoing/ran") }
            #expect(try await engine.remove(running, of: submission) == false)
            #expect(try await engine.report(on: running)?.status.status == .started)
            #expect(try await engine.remove(running, of: other))
            let before = try fixture.storage.read("key-other/outgoing/ran")
            #expect(try await engine.report(on: running)?.status.status == .finishedWithError)
            #expect(try await engine.remove(running, of: other))
            try await eventually("nothing is listed any more") { try await engine.list().isEmpty }
            #expect(try await fixture.standIn.countObjects(of: "other", installation: "pman.") == 0)
            #expect(try fixture.storage.read("key-other/outgoing/ran") == before)
        }
    }

    @Test func `changes tell of each job, those that come and go between two looks too`() async throws {
        try await CromwellFixture.run { fixture in
            let watcher = try CromwellFixture.engine(fixture.standIn, storage: fixture.storage.path)
            let changes = try await watcher.changes()
            let object = try await fixture.start(
                try CromwellFixture.submission("job"), fixture.request("exit 0"))
            _ = try await fixture.end(of: object)
            let seen = try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    for try await id in changes where id == object { return true }
                    return false
                }
                group.addTask {
                    try await Task.sleep(for: .seconds(20))
                    return false
                }
                defer { group.cancelAll() }
                return try await group.next() ?? false
            }
            #expect(seen)
        }
    }

    @Test func `one look at all jobs costs the same however many there are, and those that stay as they are nothing`()
        async throws
    {
        try await CromwellFixture.run { fixture in
            let objects = try await withThrowingTaskGroup(of: ObjectID.self) { group in
                for index in 0..<6 {
                    let job = "job-\(index)"
                    let request = try fixture.request("sleep 600", job: job)
                    group.addTask { try await fixture.start(try CromwellFixture.submission(job), request) }
                }
                return try await group.reduce(into: [ObjectID]()) { $0.append($1) }
            }
            let changes = try await fixture.engine.changes()
            let follower = Task {
                for try await id in changes { _ = try await fixture.engine.report(on: id) }
            }
            defer { follower.cancel() }
            func counts() async throws -> (queries: Int, metadata: Int) {
                let all = try await fixture.standIn.control("counts")
                return (
                    all["GET /api/workflows/v1/query"].int ?? 0, all["GET /api/workflows/v1/ID/metadata"].int ?? 0
                )
            }
            try await eventually("all are known to run") {
                for object in objects {
                    guard try await fixture.engine.report(on: object)?.status.status == .started else { return false }
                }
                let before = try await counts().metadata
                for object in objects { _ = try await fixture.engine.report(on: object) }
                return try await counts().metadata == before
            }
            let before = try await counts()
            try await eventually("a few looks have been taken") { try await counts().queries >= before.queries + 6 }
            for object in objects { _ = try await fixture.engine.report(on: object) }
            #expect(try await counts().metadata == before.metadata)
        }
    }

    @Test func `lists longer than a page are read whole`() async throws {
        try await CromwellFixture.run { fixture in
            for index in 0..<7 {
                let job = "job-\(index)"
                _ = try await fixture.engine.hold(
                    try CromwellFixture.submission(job), fixture.request("true", job: job))
            }
            let label = CromwellLabels.query(installation: CromwellFixture.installation)
            try await eventually("all are listed") {
                try await fixture.engine.client.query(labels: [label], pageSize: 3).count == 7
            }
            #expect(try await fixture.engine.list().count == 7)
        }
    }

    @Test func `a job that has outlived its time by far is aborted, with a message`() async throws {
        try await CromwellFixture.run(["CROMWELL_OVERTIME_MINUTES": "5"]) { fixture in
            let object = try await fixture.start(try CromwellFixture.submission("job"), fixture.request("sleep 600"))
            try await eventually("it runs") { try await fixture.engine.report(on: object)?.status.status == .started }
            let changes = try await fixture.engine.changes()
            defer { _ = changes }
            try await fixture.standIn.control("workflows/\(object)", ["start": "2020-01-02T03:04:05.000Z"])
            // Cromwell cannot end what began this long ago: given up already.
            let given = try await fixture.end(of: object)
            #expect(given.message.contains("TIMELIMIT_MINUTES"), "\(given)")
            try await eventually("it was aborted") {
                try await fixture.engine.metadata(object)?.state == .aborted
            }
            #expect(
                try await fixture.engine.report(on: object)?.status.message.hasPrefix("Aborted: ended by pman") == true)
        }
    }

    @Test func `Cromwell's troubles are sorted`() async throws {
        try await CromwellFixture.run { fixture in
            let engine = fixture.engine
            let request = try fixture.request("true")
            func trouble(_ fault: Support.JSONValue, _ body: () async throws(EngineTrouble) -> Void) async throws
                -> String
            {
                try await fixture.standIn.control("faults", [fault])
                do throws(EngineTrouble) {
                    try await body()
                    return "none"
                } catch {
                    switch error {
                    case .permanent(let text): return "permanent \(text)"
                    case .transient(let text): return "transient \(text)"
                    case .away(let text): return "away \(text)"
                    case .shortlyTransient, .preparing: return "\(error)"
                    }
                }
            }
            let submission = try CromwellFixture.submission("job")
            let hold: () async throws(EngineTrouble) -> Void = { () async throws(EngineTrouble) in
                _ = try await engine.hold(submission, request)
            }
            let path: Support.JSONValue = "/api/workflows/v1$"
            #expect(
                try await trouble(["path": path, "status": 400, "message": "no such backend"], hold)
                    == "permanent Cromwell refused the workflow: no such backend")
            #expect(try await trouble(["path": path, "status": 500], hold).hasPrefix("transient"))
            #expect(try await trouble(["path": path, "status": 503], hold).hasPrefix("away"))
            // It was done, and the answer got lost: what is there is found.
            #expect(try await trouble(["path": path, "after": true], hold).hasPrefix("away"))
            try await eventually("the lost one is found") { try await engine.find(submission).count == 1 }
            let held = try #require(try await engine.find(submission).first)
            try await fixture.standIn.control("faults", [["path": "releaseHold", "status": 500, "after": true]])
            #expect(try await engine.start(HeldObject(id: held.id, name: nil)) == .started)
            try await fixture.standIn.kill()
            await #expect(throws: EngineTrouble.self) { try await engine.ping() }
            try await fixture.standIn.restart()
            #expect(try await fixture.end(of: held.id).status == .finishedSuccessfully)
        }
    }
}
