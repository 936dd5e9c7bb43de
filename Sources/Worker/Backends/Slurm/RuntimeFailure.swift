import Core

/// The line by which a container runtime says that it could not run a command.
enum RuntimeFailure {
    /// - Parameter output: the end of the job's output.
    /// - Returns: the line, with what to do where that is known; nil when there is none.
    static func line(in output: String) -> String? {
        let lines = output.split(separator: "\n")
        guard let line = lines.last(where: isFailure) else { return nil }
        let text = String(line).forMessage(limit: 500)
        let low = text.lowercased()
        if low.contains("no such file or directory") || low.contains("executable file not found")
            || low.contains("not found in $path")
        {
            return "\(text) (is the program in the image?)"
        }
        return text
    }

    private static func isFailure(_ line: Substring) -> Bool {
        line.hasPrefix("pman: ") || line.hasPrefix("FATAL:") || line.hasPrefix("Error: ")
            || line.hasPrefix("ch-run[") && line.contains("error:") || line.hasPrefix("srun: error:")
            || line.hasPrefix("slurmstepd: error: execve") || line.hasPrefix("env: ")
    }
}
