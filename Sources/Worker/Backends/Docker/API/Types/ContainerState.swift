/// Where a container is in its life.
struct ContainerState: Sendable, Decodable, Equatable {
    /// `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`; Podman also says `configured`,
    /// `initialized`, `stopping`, `stopped`; others may come.
    var status: String
    var isRunning: Bool
    var isPaused: Bool
    var isOutOfMemoryKilled: Bool
    var isDead: Bool
    /// Has a meaning only after a run; 128 with an `error` when the start itself failed.
    var exitCode: Int
    /// Why the engine could not start it.
    var error: String
    /// RFC 3339; the year 1 when it never was.
    var startedAt: String
    /// RFC 3339; the year 1 when it never was.
    var finishedAt: String

    /// Whether it ever ran.
    var hasStarted: Bool { Self.isTime(startedAt) }
    /// Whether it ever ended. Podman keeps the year 1 for a container that has not, Docker too.
    var hasFinished: Bool { Self.isTime(finishedAt) }

    private static func isTime(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("0001-01-01")
    }

    private enum Key: String, CodingKey {
        case status = "Status"
        case isRunning = "Running"
        case isPaused = "Paused"
        case isOutOfMemoryKilled = "OOMKilled"
        case isDead = "Dead"
        case exitCode = "ExitCode"
        case error = "Error"
        case startedAt = "StartedAt"
        case finishedAt = "FinishedAt"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        status = values.tolerant(.status, or: "")
        isRunning = values.tolerant(.isRunning, or: false)
        isPaused = values.tolerant(.isPaused, or: false)
        isOutOfMemoryKilled = values.tolerant(.isOutOfMemoryKilled, or: false)
        isDead = values.tolerant(.isDead, or: false)
        exitCode = values.tolerant(.exitCode, or: 0)
        error = values.tolerant(.error, or: "")
        startedAt = values.tolerant(.startedAt, or: "")
        finishedAt = values.tolerant(.finishedAt, or: "")
    }
}
