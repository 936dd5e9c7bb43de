import ArgumentParser

struct Logs: GatewayCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a job's output.",
        discussion: """
            On a terminal control characters of the job are shown as ^[ and not obeyed, unless --raw is given; into a \
            file or a pipe everything goes as it is.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var backend: BackendOption

    @Flag(name: .shortAndLong, help: "Go on as it comes, until the job ends.")
    var follow = false

    @Option(help: ArgumentHelp("Only so many last lines.", valueName: "lines"))
    var tail: Int?

    @Flag(help: "Let the job's control characters through to the terminal.")
    var raw = false

    @Argument(help: "The job's id.")
    var jid: String

    func perform(at gateway: Gateway) async throws {
        let job = try await backend.job(jid, at: gateway)
        if follow {
            var follower = LogFollower(gateway: gateway, job: job) { JobOutput.print($0, isRaw: raw) }
            follower.tail = tail
            follower.saysWhy = true
            return try await follower.run()
        }
        let query = tail.map { [(name: "tail", value: String($0))] } ?? []
        JobOutput.print(try await gateway.get(Gateway.path(of: job, "/logs"), query: query)[...], isRaw: raw)
    }
}
