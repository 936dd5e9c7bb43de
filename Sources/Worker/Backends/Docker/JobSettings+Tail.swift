import Core

extension JobSettings {
    /// The end of what an engine says that a job printed.
    ///
    /// Podman, nodes that are down and logging drivers that cannot read back: the job's end matters more than its words.
    func tail(of logs: DockerLogs) async throws(EngineTrouble) -> String {
        var tail = LogTail(maximumLines: tailLines, maximumBytes: tailBytes)
        do {
            for try await chunk in logs { tail.append(chunk.bytes) }
            return tail.text
        } catch {
            switch error {
            case .unreachable(let reason): throw .away("\(reason)")
            default: return tail.text + "[the output could not be read: \("\(error)".forMessage)]\n"
            }
        }
    }
}
