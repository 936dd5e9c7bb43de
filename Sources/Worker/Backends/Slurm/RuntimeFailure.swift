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

    /// Whether Slurm's own keeper of the job says at its end that it used more memory than it may. The job's state says
    /// so only where control groups watch over memory.
    static func isOutOfMemory(_ output: String) -> Bool {
        output.split(separator: "\n").contains { line in
            line.hasPrefix("slurmstepd") && line.contains(" error: ")
                && (line.contains("xceeded job memory limit") || line.contains("oom-kill") || line.contains("oom_kill"))
        }
    }

    private static func isFailure(_ line: Substring) -> Bool {
        line.hasPrefix("pman: ") || line.hasPrefix("FATAL:") || line.hasPrefix("Error: ")
            || line.hasPrefix("ch-run[") && line.contains("error:") || line.hasPrefix("slurmstepd: error: execve")
            || line.hasPrefix("srun: error: Unable")
    }
}
