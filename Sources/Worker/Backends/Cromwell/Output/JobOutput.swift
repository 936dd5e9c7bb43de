import Core
import Threads

/// Standard output and error of a job, read from the shared directory.
struct JobOutput: Sendable {
    let tailLines: Int
    let tailBytes: Int
    private let reading = Locked(0)
    /// A file server that hangs must not take ever more threads.
    private static let maximumReads = 16
    private static let patience: Duration = .seconds(20)

    init(tailLines: Int, tailBytes: Int) {
        self.tailLines = tailLines
        self.tailBytes = tailBytes
    }

    struct Text: Sendable, Hashable {
        var logs: String
        /// What our compose/cromwell configuration says at the very end of standard error.
        var remark: String?
    }

    /// Both files, standard output first. Never fails: what cannot be read is named.
    func read(_ call: CallMetadata?, workflow: ObjectID) async -> Text {
        guard let call, call.stdout != nil || call.stderr != nil else { return Text(logs: "") }
        let job = self
        guard reading.withLock({ $0 < Self.maximumReads }) else { return Text(logs: job.names(call, "too busy")) }
        reading.withLock { $0 += 1 }
        let answer = Answer()
        do {
            try DedicatedThread.start(name: "job-output") { [reading] in
                answer.give(job.readNow(call, workflow: workflow.text))
                reading.withLock { $0 -= 1 }
            }
        } catch {
            reading.withLock { $0 -= 1 }
            return Text(logs: names(call, "no thread is left"))
        }
        let late = Task {
            try await Task.sleep(for: Self.patience)
            answer.give(Text(logs: job.names(call, "the file system does not answer")))
        }
        defer { late.cancel() }
        return await answer.wait()
    }

    /// Blocks as long as the file system does.
    func readNow(_ call: CallMetadata, workflow: String) -> Text {
        var tail = LogTail(maximumLines: tailLines, maximumBytes: tailBytes)
        var text = Text(logs: "")
        var complaints = ""
        for (path, isError) in [(call.stdout, false), (call.stderr, true)] {
            guard let path else { continue }
            do throws(OutputFile.Trouble) {
                // One byte more than is kept, so that the tail knows of the cut.
                let bytes = try OutputFile.end(of: path, workflow: workflow, limit: tailBytes + 1)
                tail.append(bytes)
                if isError { text.remark = Self.remark(bytes) }
            } catch {
                complaints += Self.complaint(path, error)
            }
        }
        text.logs = tail.text + complaints
        return text
    }

    private static func complaint(_ path: String, _ trouble: OutputFile.Trouble) -> String {
        let reason =
            switch trouble {
            case .missing: "it is not there, or not where this worker can see it"
            case .suspicious: "it is not a plain file in the workflow's own directory"
            case .unreadable(let reason): reason
            }
        return "[output is in \(path.forMessage(limit: 500)): \(reason)]\n"
    }

    private func names(_ call: CallMetadata, _ reason: String) -> String {
        [call.stdout, call.stderr].compactMap { $0 }.map { "[output is in \($0.forMessage(limit: 500)): \(reason)]\n" }
            .joined()
    }

    /// The last line of standard error, where it is our batch script's.
    private static func remark(_ bytes: [UInt8]) -> String? {
        let last = String(decoding: bytes.suffix(2000), as: UTF8.self).split(separator: "\n").last ?? ""
        guard last.hasPrefix("pman: ") else { return nil }
        return String(last.dropFirst("pman: ".count)).forMessage(limit: 500)
    }

    /// What comes first.
    private final class Answer: Sendable {
        private let state = Locked<(text: Text?, waiter: CheckedContinuation<Text, Never>?)>((nil, nil))

        func give(_ text: Text) {
            let waiter = state.withLock { state -> CheckedContinuation<Text, Never>? in
                guard state.text == nil else { return nil }
                state.text = text
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: text)
        }

        func wait() async -> Text {
            await withCheckedContinuation { continuation in
                let text = state.withLock { state -> Text? in
                    if state.text == nil { state.waiter = continuation }
                    return state.text
                }
                if let text { continuation.resume(returning: text) }
            }
        }
    }
}
