import Foundation
import Hummingbird
import Logging

/// A simulated container engine: it speaks as much of Docker's API as a worker uses, runs nothing, and writes every
/// start, exit and removal into a ledger before it answers.
///
///     SimulatedEngine SOCKET LEDGER [CREATE_MILLISECONDS START_MILLISECONDS]
///
/// A job says what it would do: the words `simulate MILLISECONDS CODE` in its command; without them it ends at once
/// with code 0. Like Docker's, its start runs a container again that has ended: whoever starts one twice is found out by
/// the ledger. Killed and started again it goes on by its ledger, as containers do with live-restore.
@main
struct SimulatedEngineProgram {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count >= 3 else {
            FileHandle.standardError.write(Data("usage: SimulatedEngine SOCKET LEDGER [CREATE_MS START_MS]\n".utf8))
            exit(64)
        }
        let ledger = try Ledger(path: words[2])
        let containers = Containers(ledger: ledger)
        try containers.restore()
        let latency = (words.count > 3 ? Int(words[3]) ?? 0 : 0, words.count > 4 ? Int(words[4]) ?? 0 : 0)
        try? FileManager.default.removeItem(atPath: words[1])
        var logger = Logger(label: "engine")
        logger.logLevel = .warning
        let application = Application(
            responder: DockerAPI(
                containers: containers, createLatency: .milliseconds(latency.0),
                startLatency: .milliseconds(latency.1)),
            configuration: .init(address: .unixDomainSocket(path: words[1]), serverName: nil), logger: logger)
        try await application.run()
    }
}
