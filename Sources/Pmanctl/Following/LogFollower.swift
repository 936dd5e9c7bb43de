import FoundationEssentials

/// Prints a job's output as it comes, until the job ends.
struct LogFollower {
    private struct Output: Decodable { let text: String }
    private struct Dropped: Decodable {
        let bytes: Int
        var at_least: Bool?

        var words: String {
            guard bytes > 0 else { return "some output is missing here" }
            return "\(bytes) bytes of output\(at_least == true ? " and more" : "") are missing here"
        }
    }
    private struct Waiting: Decodable { let reason: String }
    private struct End: Decodable { let status: String }

    private static let mostFailures = 30

    let gateway: Gateway
    let job: JobAddress
    /// Of what is known at the beginning only so many last lines.
    var tail: Int?
    /// Says on standard error why there is no output yet.
    var saysWhy = false
    var print: (ArraySlice<UInt8>) -> Void
    var say: (String) -> Void = { Console.say("pmanctl: " + SafeText.line($0)) }
    var pause: Duration = .seconds(1)

    private var printed = PrintedOutput()
    /// What comes first of a stream is all that is known.
    private var isFirst = true
    private var isResumed = false
    private var lastReason = ""

    init(gateway: Gateway, job: JobAddress, print: @escaping (ArraySlice<UInt8>) -> Void) {
        self.gateway = gateway
        self.job = job
        self.print = print
    }

    /// - Throws: `Trouble` when the job is not there or is removed, or the gateway stays away.
    mutating func run() async throws {
        var failures = 0
        while true {
            var hasEnded = false
            isFirst = true
            do {
                // A copy, since what is called back must not change `self`.
                var follower = self
                defer { self = follower }
                try await gateway.events(Gateway.path(of: job, "/logs"), query: [(name: "follow", value: "true")]) {
                    hasEnded = try follower.take($0)
                    failures = 0
                }
                if hasEnded { return }
            } catch let trouble as Trouble where trouble.exit == .unreachable {
                failures += 1
                guard failures < Self.mostFailures else { throw trouble }
            }
            isResumed = true
            try await Task.sleep(for: pause)
        }
    }

    /// - Returns: whether it was the last.
    private mutating func take(_ event: ServerSentEvent) throws(Trouble) -> Bool {
        let data = Array(event.data.utf8)
        switch event.event {
        case "output": show(Array(try Answer.decoded(Output.self, from: data).text.utf8))
        case "dropped":
            say(try Answer.decoded(Dropped.self, from: data).words)
        case "waiting":
            let reason = try Answer.decoded(Waiting.self, from: data).reason
            if saysWhy, reason != lastReason { say("no output for now: \(reason)") }
            lastReason = reason
        case "end":
            let status = try Answer.decoded(End.self, from: data).status
            guard status != "deleted" else { throw Trouble("\(job.jid) was removed", .notFound) }
            return true
        default: break
        }
        return false
    }

    private mutating func show(_ bytes: [UInt8]) {
        var new = bytes[...]
        if isFirst, isResumed {
            if let rest = printed.rest(of: bytes) {
                new = rest
            } else {
                say("the stream of output broke off here; some of it may be missing or come twice")
            }
        } else if isFirst, let tail {
            new = PrintedOutput.last(tail, of: new)
        }
        isFirst = false
        printed.add(bytes)
        if !new.isEmpty { print(new) }
    }
}
