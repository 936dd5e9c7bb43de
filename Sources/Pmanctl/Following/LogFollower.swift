import FoundationEssentials

/// Prints a job's output as it comes, until the job ends.
struct LogFollower: Sendable {
    private struct Output: Decodable { let text: String }
    private struct Dropped: Decodable { let bytes: Int }

    let gateway: Gateway
    let job: JobAddress
    var tail: Int?
    /// Control characters go to the terminal as they are.
    var isRaw = false

    /// - Throws: `Trouble` when the job is not there, or the gateway stays away.
    func run() async throws {
        var lines = tail
        var failures = 0
        while true {
            var hasEnded = false
            var hasBegun = false
            do {
                let query = [(name: "follow", value: "true")] + (lines.map { [(name: "tail", value: "\($0)")] } ?? [])
                try await gateway.events(Gateway.path(of: job, "/logs"), query: query) { event in
                    hasBegun = true
                    hasEnded = try take(event)
                }
                if hasEnded { return }
            } catch let trouble as Trouble where trouble.exit == .unreachable {
                failures = hasBegun ? 1 : failures + 1
                guard failures < 30 else { throw trouble }
            }
            if hasBegun {
                // What is known would come a second time.
                lines = 0
                Console.say(
                    "pmanctl: the stream of output broke off and goes on here; what came in between is in: "
                        + "pmanctl logs \(SafeText.line(job.jid))")
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// - Returns: whether it was the last.
    private func take(_ event: ServerSentEvent) throws(Trouble) -> Bool {
        let data = Array(event.data.utf8)
        switch event.event {
        case "output": Self.write(try Answer.decoded(Output.self, from: data).text, isRaw: isRaw)
        case "dropped":
            let bytes = try Answer.decoded(Dropped.self, from: data).bytes
            Console.say("pmanctl: \(bytes) bytes of output are missing here: it came faster than it was read")
        case "end": return true
        default: break
        }
        return false
    }

    /// As it is into files and pipes; harmless on a terminal.
    static func write(_ text: String, isRaw: Bool, on screen: Screen = Screen(descriptor: 1)) {
        Console.printRaw(Array((isRaw || screen.width == nil ? text : SafeText.lines(text)).utf8))
    }
}
