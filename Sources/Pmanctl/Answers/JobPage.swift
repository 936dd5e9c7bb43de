/// One page of jobs.
struct JobPage: Decodable, Sendable {
    let jobs: [JobSummary]
    let next: String?
}
