import Core

/// Sorts what Docker and Podman answer into what will never work, what may work later, and an engine that is away.
enum DockerTrouble {
    static func general(_ error: DockerError) -> EngineTrouble {
        switch error {
        case .unreachable(let reason): .away("\(reason)")
        // An engine that does not answer within its deadline hangs.
        case .unclear(let reason): .away("\(reason)")
        case .status, .malformed, .pullFailed: .transient("\(error)".forMessage(limit: 500))
        }
    }

    static func creating(_ error: DockerError) -> EngineTrouble {
        switch error {
        case .status(let status, let message) where status < 500 && status != 429 || isPermanent(message):
            .permanent("the engine refused the container: \(explain(message))")
        default: general(error)
        }
    }

    static func meansNoContainer(_ message: String) -> Bool {
        let text = message.lowercased()
        return text.contains("no such container") || text.contains("no container with name or id")
    }

    /// dockerd was killed in the middle of a start and has forgotten it, and containerd has not: starting the container
    /// anew could run the job twice.
    static func meansForgottenStart(_ message: String) -> Bool {
        let text = message.lowercased()
        return text.contains("failed to start shim") && text.contains("file exists")
            || text.contains("task") && text.contains("already exists") || text.contains("id already in use")
    }

    /// Failures of a start that come again however often it is tried. Docker answers most of them with 400, Podman all
    /// of them with 500.
    static func isPermanent(_ message: String) -> Bool {
        let text = message.lowercased()
        return [
            "could not select device driver", "executable file not found", "no such file or directory",
            "permission denied", "exec format error", "oci runtime", "is a directory", "not a directory",
            "unable to find user", "no matching entries", "invalid argument", "argument list too long",
            "cgroup", "minimum memory", "invalid reference",
        ].contains { text.contains($0) }
    }

    /// The engine's words, with what to do where that is known.
    static func explain(_ message: String) -> String {
        let text = message.forMessage(limit: 800)
        let low = text.lowercased()
        if low.contains("could not select device driver") || low.contains("nvidia") && low.contains("not found") {
            return "\(text) (the job asks for a GPU and this engine has no driver for one: ask for gpu_limit 0)"
        }
        if low.contains("cgroup") || low.contains("cpu.cfs") || low.contains("controllers") {
            return "\(text) (the engine may not set CPU or memory limits: set IGNORE_LIMITS=yes for the worker, "
                + "or delegate the cpu and memory controllers to the user that runs a rootless engine)"
        }
        if low.contains("no such file or directory") || low.contains("executable file not found") {
            return "\(text) (is the program in the image?)"
        }
        return text
    }
}
