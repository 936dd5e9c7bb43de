import Core
import FoundationEssentials
import Program

extension StatusReport {
    /// What a workflow's metadata means for its job. A final status only when Cromwell says that it is over; the
    /// exception is a job that Cromwell could not end long after its time.
    init(_ metadata: WorkflowMetadata, watch: TimeWatch, now: Date) {
        let start = metadata.start.flatMap { Timestamps.parse($0) }
        let end = metadata.end.flatMap { Timestamps.parse($0) }
        let exitCode = metadata.call?.returnCode
        switch metadata.state {
        case nil:
            self.init(status: .notstarted, message: metadata.word.isEmpty ? "Submitted" : metadata.word.forMessage)
        case .onHold, .submitted:
            self.init(status: .notstarted, message: metadata.word)
        case .running where watch.isHopeless(start, now: now), .aborting where watch.isHopeless(start, now: now):
            self.init(
                status: .finishedWithError,
                message: "\(metadata.word): \(watch.message); Cromwell has not ended it since: look for it there",
                timestamp: Self.text(now))
        case .running, .aborting:
            self.init(status: .started, message: metadata.word, timestamp: start.map(Self.text))
        case .succeeded:
            self.init(
                status: .finishedSuccessfully, message: exitCode.map { "Succeeded (\($0))" } ?? "Succeeded",
                timestamp: (end ?? start).map(Self.text), exitCode: exitCode)
        case .aborted:
            let isLate = watch.isOverdue(start, now: end ?? now)
            self.init(
                status: .finishedWithError, message: isLate ? "Aborted: \(watch.message)" : "Aborted",
                timestamp: (end ?? start).map(Self.text), exitCode: exitCode)
        case .failed:
            self.init(
                status: .finishedWithError, message: Self.failure(metadata, exitCode),
                timestamp: (end ?? start).map(Self.text), exitCode: exitCode)
        }
    }

    /// Puts in what the batch script said of a failure.
    mutating func add(remark: String?) {
        guard status == .finishedWithError, let remark else { return }
        message += ": " + remark
    }

    private static func failure(_ metadata: WorkflowMetadata, _ exitCode: Int?) -> String {
        var message = exitCode.map { "Failed (\($0))" } ?? "Failed"
        if let meaning = exitCode.flatMap(Self.meaning) { message += ": " + meaning }
        let texts = WorkflowFailure.texts(metadata.failures + (metadata.call?.failures ?? [])).filter { text in
            // Said already, in fewer words.
            text != "Workflow failed" && !(exitCode != nil && text.contains("exited with return code"))
        }
        if !texts.isEmpty { message += ": " + texts.joined(separator: ": ").forMessage(limit: 800) }
        return message
    }

    /// What shells and kernels mean by an exit status (https://tldp.org/LDP/abs/html/exitcodes.html).
    private static func meaning(_ exitCode: Int) -> String? {
        switch exitCode {
        case 126: "the program cannot be executed"
        case 127: "not found (is the program in the image?)"
        case 137: "killed (out of memory, or by hand)"
        case 143: "terminated"
        default: nil
        }
    }

    private static func text(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
