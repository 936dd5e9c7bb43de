/// The names of everything on the broker, below one prefix, so that installations share a broker.
public struct QueueNames: Sendable, Hashable {
    public let prefix: String

    public init(prefix: String) { self.prefix = prefix }

    public var results: String { prefix + "results" }
    public var dead: String { prefix + "dead" }
    public var go: String { prefix + "go" }
    public var heartbeats: String { prefix + "heartbeats" }
    public func run(_ backend: Backend) -> String { prefix + "run." + backend.rawValue }
    public func retry(_ backend: Backend, _ delay: RetryDelay) -> String {
        prefix + "retry." + delay.rawValue + "." + backend.rawValue
    }
    public func control(_ engine: EngineID) -> String { prefix + "control." + engine.text }
    public func live(_ engine: EngineID) -> String { prefix + "live." + engine.text }
    /// Where one program hears of the streams of output that it sends or gets.
    public func streams(_ program: Nonce) -> String { prefix + "live-streams." + program.text }
}

/// How long a command waits before it is tried again. One queue for each, because a queue expires its head first.
public enum RetryDelay: String, Sendable, Hashable, CaseIterable {
    case fiveSeconds = "5s"
    case thirtySeconds = "30s"
    case twoMinutes = "2m"
    case tenMinutes = "10m"

    public var milliseconds: Int64 {
        switch self {
        case .fiveSeconds: 5_000
        case .thirtySeconds: 30_000
        case .twoMinutes: 120_000
        case .tenMinutes: 600_000
        }
    }

    /// The delay after so many failures; nil when it is time to give up.
    /// - Parameter patient: false for what a client had better be told within seconds.
    public static func after(failures: Int, patient: Bool = true) -> RetryDelay? {
        let schedule: [RetryDelay] =
            patient
            ? [.fiveSeconds, .thirtySeconds, .twoMinutes, .twoMinutes, .tenMinutes] : [.fiveSeconds, .fiveSeconds]
        return failures < schedule.count ? schedule[max(0, failures)] : nil
    }
}
