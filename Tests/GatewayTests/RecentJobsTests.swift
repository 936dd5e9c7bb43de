import Core
import Testing

@testable import Gateway

@Suite struct RecentJobsTests {
    private func key(_ number: Int) throws -> JobKey { JobKey(backend: .docker, job: try JobID("job-\(number)")) }

    private func body(_ job: ShownJob?) -> String? {
        guard case .finished(let body) = job else { return nil }
        return String(decoding: body, as: UTF8.self)
    }

    private func keep(_ text: String, _ key: JobKey, in jobs: RecentJobs, size: Int = 1000) {
        jobs.keep(.finished(Array(text.utf8)), size: size, for: key, jobs.ticket(for: key))
    }

    @Test func `What was kept is found until it changes`() throws {
        let jobs = RecentJobs()
        keep("one", try key(1), in: jobs)
        keep("two", try key(2), in: jobs)
        #expect(body(jobs.find(try key(1))) == "one")
        jobs.beginChange(of: [try key(1)])
        #expect(jobs.find(try key(1)) == nil)
        #expect(body(jobs.find(try key(2))) == "two")
        jobs.forgetAll()
        #expect(jobs.find(try key(2)) == nil)
    }

    @Test func `What was read before a change is not kept after it`() throws {
        let jobs = RecentJobs()
        let changes: [(JobKey) -> Void] = [
            {
                jobs.beginChange(of: [$0])
                jobs.endChange(of: [$0])
            },
            { jobs.endChange(of: [$0]) }, { _ in jobs.forgetAll() },
        ]
        for forget in changes {
            let ticket = jobs.ticket(for: try key(1))
            forget(try key(1))
            jobs.keep(.finished(Array("old".utf8)), size: 1000, for: try key(1), ticket)
            #expect(jobs.find(try key(1)) == nil)
        }
        keep("new", try key(1), in: jobs)
        #expect(body(jobs.find(try key(1))) == "new")
    }

    /// Else one who reads what is new and asks again could be shown what was.
    @Test func `Nothing is kept while it changes`() throws {
        let jobs = RecentJobs()
        jobs.beginChange(of: [try key(1)])
        keep("old or new", try key(1), in: jobs)
        #expect(jobs.find(try key(1)) == nil)
        keep("another", try key(2), in: jobs)
        #expect(body(jobs.find(try key(2))) == "another")
        jobs.endChange(of: [try key(1)])
        keep("new", try key(1), in: jobs)
        #expect(body(jobs.find(try key(1))) == "new")
    }

    @Test func `The room is bounded, and those that are asked about stay`() throws {
        let jobs = RecentJobs(limit: 100_000)
        for number in 0..<1000 {
            keep("\(number)", try key(number), in: jobs)
            if number > 0 { #expect(body(jobs.find(try key(0))) == "0") }
        }
        #expect(try (0..<1000).count { jobs.find(try key($0)) != nil } <= 100)
        #expect(body(jobs.find(try key(999))) == "999")
        // One that is large leaves the others alone.
        keep("large", try key(5000), in: jobs, size: 50_000)
        #expect(jobs.find(try key(5000)) == nil)
        #expect(body(jobs.find(try key(0))) == "0")
    }
}
