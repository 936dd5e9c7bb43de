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
        return await onThread(refusing: { Text(logs: job.names(call, $0)) }) {
            job.readNow(call, workflow: workflow.text)
        }
    }

    /// Where the reading of both files has come to.
    struct Position: Sendable, Hashable {
        var output: Int?
        var error: Int?
    }

    /// What was written since `position`, in both files; what cannot be read now is tried again the next time.
    func appended(
        _ call: CallMetadata?, workflow: ObjectID, since position: Position
    ) async -> (bytes: [UInt8], position: Position) {
        guard let call, call.stdout != nil || call.stderr != nil else { return ([], position) }
        let (lines, limit) = (tailLines, tailBytes)
        return await onThread(refusing: { _ in ([], position) }) {
            var (bytes, position): ([UInt8], Position) = ([], position)
            for (path, at) in [(call.stdout, \Position.output), (call.stderr, \Position.error)] {
                guard let path,
                    let part = try? OutputFile.part(
                        of: path, workflow: workflow.text, after: position[keyPath: at], limit: limit)
                else { continue }
                if position[keyPath: at] == nil {
                    var tail = LogTail(maximumLines: lines, maximumBytes: limit)
                    tail.append(part.bytes)
                    bytes += Array(tail.text.utf8)
                } else {
                    bytes += part.bytes
                }
                position[keyPath: at] = part.end
            }
            return (bytes, position)
        }
    }

    /// A file system that hangs holds a thread of its own, and its reader only for a while.
    private func onThread<Value: Sendable>(
        refusing refused: @escaping @Sendable (String) -> Value, _ work: @escaping @Sendable () -> Value
    ) async -> Value {
        guard reading.withLock({ $0 < Self.maximumReads }) else { return refused("too busy") }
        reading.withLock { $0 += 1 }
        let answer = Answer<Value>()
        do {
            try DedicatedThread.start(name: "job-output") { [reading] in
                answer.give(work())
                reading.withLock { $0 -= 1 }
            }
        } catch {
            reading.withLock { $0 -= 1 }
            return refused("no thread is left")
        }
        let late = Task {
            try await Task.sleep(for: Self.patience)
            answer.give(refused("the file system does not answer"))
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
    private final class Answer<Value: Sendable>: Sendable {
        private let state = Locked<(value: Value?, waiter: CheckedContinuation<Value, Never>?)>((nil, nil))

        func give(_ value: Value) {
            let waiter = state.withLock { state -> CheckedContinuation<Value, Never>? in
                guard state.value == nil else { return nil }
                state.value = value
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: value)
        }

        func wait() async -> Value {
            await withCheckedContinuation { continuation in
                let value = state.withLock { state -> Value? in
                    if state.value == nil { state.waiter = continuation }
                    return state.value
                }
                if let value { continuation.resume(returning: value) }
            }
        }
    }
}
