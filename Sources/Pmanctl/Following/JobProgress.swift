import FoundationEssentials

/// What `submit --wait` says while it waits.
struct JobProgress {
    private let jid: String
    private let isTerminal: Bool
    private var line: ProgressLine

    init(jid: String, on screen: Screen) {
        self.jid = jid
        isTerminal = screen.width != nil
        line = ProgressLine(on: screen)
    }

    mutating func show(_ look: Result<JobDetail, Trouble>, at now: Date) {
        switch look {
        case .success(let detail) where detail.summary.status.isFinal: line.clear()
        case .success(let detail): show(Self.text(of: detail), since: Self.begin(of: detail.summary), at: now)
        case .failure(let trouble): show("still trying: \(trouble.message)", since: nil, at: now)
        }
    }

    mutating func retrying(_ reason: String) { line.show("\(jid): not known yet, sent again: \(reason)") }

    mutating func finish(_ detail: JobDetail) {
        let summary = detail.summary
        let time = Moment.between(summary.started_at, summary.finished_at).map { " after \($0)" } ?? ""
        line.finish("\(jid): \(summary.status.word)\(time)\(summary.message.isEmpty ? "" : ": \(summary.message)")")
    }

    mutating func finish(_ text: String) { line.finish("\(jid): \(text)") }

    /// Without the time, so that each state is one line where lines are not written over.
    static func text(of detail: JobDetail) -> String {
        guard detail.summary.status.isWaiting else { return "running" }
        guard let waiting = detail.waiting else { return detail.summary.message }
        let place = waiting.position.map { $0 > 1 ? ", number \($0) in line" : ", next in line" } ?? ""
        return waiting.text + place
    }

    private static func begin(of job: JobSummary) -> String? { job.started_at ?? job.submitted_at }

    private mutating func show(_ text: String, since begin: String?, at now: Date) {
        let time = isTerminal ? Moment.age(begin, at: now).map { " (\($0))" } ?? "" : ""
        line.show("\(jid): \(text)\(time)")
    }
}
