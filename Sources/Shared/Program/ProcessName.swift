public import Core
import FoundationEssentials

/// How a program of this service names itself to people: in the log's entries, in heartbeats.
public enum ProcessName {
    /// The machine's or container's host name, 100 characters at the most.
    public static let host = ProcessInfo.processInfo.hostName.forMessage(limit: 100)

    /// `HOST/SESSION`.
    public static func of(_ session: Nonce) -> String { "\(host)/\(session)" }
}
