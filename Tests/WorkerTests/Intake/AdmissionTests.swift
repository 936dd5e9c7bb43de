import Core
import Testing

@testable import Worker

@Suite struct AdmissionTests {
    private let session = Nonce.random()

    private func admission(cpu: Int? = 2000, memory: Int? = 1000, jobs: Int? = nil, enabled: Bool = true) -> Admission {
        let admission = unlisted(cpu: cpu, memory: memory, jobs: jobs, enabled: enabled)
        admission.replace(with: [:], listedFrom: .now, keeping: [], session: session)
        return admission
    }

    private func unlisted(cpu: Int? = 2000, memory: Int? = 1000, jobs: Int? = nil, enabled: Bool = true) -> Admission {
        Admission(
            limits: .init(
                enabled: enabled, capacity: Capacity(cpuMillicores: cpu, memoryMebibytes: memory), maximumJobs: jobs))
    }

    private func submission(_ job: String) throws -> SubmissionID {
        SubmissionID(key: JobKey(backend: .docker, job: try JobID(job)), generation: 1, nonce: try Nonce("n"))
    }

    /// Lets go of those whose time is up, as a worker does a few times a second, while `body` runs.
    private func withExpiry(_ admission: Admission, _ body: () async -> Void) async {
        let expiry = Task {
            while !Task.isCancelled {
                admission.expire()
                await Task.yield()
            }
        }
        defer { expiry.cancel() }
        await body()
    }

    private func asks(cpu: Int = 0, memory: Int = 0) -> Resources {
        Resources(cpuMillicores: cpu, memoryMebibytes: memory, gpus: 0, workers: 1)
    }

    @Test func `jobs enter until the engine is full, and again when one has left`() async throws {
        let admission = admission()
        #expect(
            await admission.enter(try submission("a"), asks(cpu: 1500), putBack: 0, wait: .zero, session: session)
                == .granted)
        #expect(admission.hasRoom(session: session))
        async let late = admission.enter(
            try submission("b"), asks(cpu: 1000), putBack: 0, wait: .seconds(60), session: session)
        while admission.hasRoom(session: session) { await Task.yield() }
        admission.leave(try submission("a"))
        #expect(try await late == .granted)
    }

    @Test func `what does not fit in time is put back`() async throws {
        let admission = admission()
        #expect(
            await admission.enter(try submission("a"), asks(memory: 900), putBack: 0, wait: .zero, session: session)
                == .granted)
        let late = try submission("b")
        await withExpiry(admission) {
            #expect(await admission.enter(late, asks(memory: 200), putBack: 0, wait: .zero, session: session) == .full)
        }
        #expect(admission.running == 1)
    }

    @Test func `more than the engine has at all is never admitted and says so`() async throws {
        let answer = await admission().enter(
            try submission("a"), asks(cpu: 100_000), putBack: 0, wait: .seconds(60), session: session)
        guard case .never(let reason) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(reason.contains("100000m") && reason.contains("2000m"))
    }

    @Test func `the number of jobs can be limited`() async throws {
        let admission = admission(jobs: 1)
        #expect(
            await admission.enter(try submission("a"), asks(), putBack: 0, wait: .zero, session: session) == .granted)
        #expect(!admission.hasRoom(session: session))
    }

    @Test func `the same submission enters only once`() async throws {
        let admission = admission(jobs: 1)
        #expect(
            await admission.enter(try submission("a"), asks(), putBack: 0, wait: .zero, session: session) == .granted)
        #expect(
            await admission.enter(try submission("a"), asks(), putBack: 0, wait: .zero, session: session) == .granted)
        #expect(admission.running == 1)
    }

    @Test func `the engine drains for a job that came round too often`() async throws {
        let admission = admission()
        #expect(
            await admission.enter(try submission("small"), asks(cpu: 500), putBack: 0, wait: .zero, session: session)
                == .granted)
        async let big = admission.enter(
            try submission("big"), asks(cpu: 2000), putBack: Admission.patience, wait: .seconds(60), session: session)
        while admission.hasRoom(session: session) { await Task.yield() }
        let other = try submission("other")
        await withExpiry(admission) {
            #expect(await admission.enter(other, asks(cpu: 100), putBack: 0, wait: .zero, session: session) == .full)
        }
        admission.leave(try submission("small"))
        #expect(try await big == .granted)
    }

    @Test func `a listing replaces what was believed, except for what is being placed`() async throws {
        let admission = admission()
        for job in ["gone", "placing"] {
            #expect(
                await admission.enter(try submission(job), asks(cpu: 10), putBack: 0, wait: .zero, session: session)
                    == .granted)
        }
        let listing = ContinuousClock.now
        #expect(try await enter(admission, "later") == .granted)
        admission.replace(
            with: [try submission("found"): asks(cpu: 10)], listedFrom: listing, keeping: [try submission("placing")],
            session: session)
        #expect(admission.running == 3)
        admission.replace(with: [:], listedFrom: .now, keeping: [], session: session)
        #expect(admission.running == 0)
    }

    @Test func `switched off, everything but the impossible is admitted`() async throws {
        let admission = admission(jobs: 1, enabled: false)
        for job in ["a", "b", "c"] {
            #expect(
                await admission.enter(try submission(job), asks(cpu: 2000), putBack: 0, wait: .zero, session: session)
                    == .granted)
        }
        #expect(admission.hasRoom(session: session))
    }

    @Test func `nothing enters before the engine was listed, also when this worker becomes active again`() async throws
    {
        let admission = unlisted()
        #expect(!admission.hasRoom(session: session))
        #expect(try await enter(admission, "early") == .full)
        admission.replace(with: [:], listedFrom: .now, keeping: [], session: session)
        #expect(admission.hasRoom(session: session))
        #expect(try await enter(admission, "a") == .granted)
        // Another worker may have placed anything in between.
        #expect(!admission.hasRoom(session: .random()))
        #expect(try await enter(admission, "b", session: .random()) == .full)
    }

    @Test func `a job for which the engine drains waits as long as that may take, and for its next turn`() async throws
    {
        let admission = admission()
        #expect(try await enter(admission, "small", cpu: 500) == .granted)
        async let big = admission.enter(
            try submission("big"), asks(cpu: 2000), putBack: Admission.patience, wait: .zero, session: session)
        while admission.hasRoom(session: session) { await Task.yield() }
        admission.expire()
        admission.leave(try submission("small"))
        #expect(try await big == .granted)
        #expect(try await enter(admission, "next", cpu: 1, putBack: Admission.patience + 1) == .full)
        admission.leave(try submission("big"))
        #expect(admission.hasRoom(session: session))
    }

    @Test func `nobody waits for room in a worker that ends`() async throws {
        let admission = admission()
        #expect(try await enter(admission, "a", cpu: 2000) == .granted)
        async let late = admission.enter(
            try submission("b"), asks(cpu: 1000), putBack: Admission.patience, wait: .seconds(60), session: session)
        while admission.hasRoom(session: session) { await Task.yield() }
        admission.close()
        #expect(try await late == .full)
        let later = try submission("c")
        #expect(
            await admission.enter(later, asks(cpu: 1000), putBack: 0, wait: .seconds(60), session: session) == .full)
    }

    /// Asks without waiting.
    private func enter(
        _ admission: Admission, _ job: String, cpu: Int = 10, putBack: Int = 0, session: Nonce? = nil
    ) async throws -> Admission.Answer {
        let submission = try submission(job)
        var answer = Admission.Answer.full
        await withExpiry(admission) {
            answer = await admission.enter(
                submission, asks(cpu: cpu), putBack: putBack, wait: .zero, session: session ?? self.session)
        }
        return answer
    }
}
