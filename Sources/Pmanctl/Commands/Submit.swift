import ArgumentParser
import Core
import FoundationEssentials
import Glibc

struct Submit: GatewayCommand {
    static let configuration = CommandConfiguration(
        abstract: "Submits a job, and waits for it if asked to.",
        usage: """
            pmanctl submit --image IMAGE [OPTIONS] -- COMMAND ARGUMENT...
            pmanctl submit -f FILE [--jid JID] [--backend BACKEND] [--wait]
            """,
        discussion: """
            Prints the job's id. A 503 of the gateway, or a connection that breaks, is answered with the same request \
            again; a job never runs twice for that.

            With --wait the exit status is the job's exit code, 1 for a job that failed without one, 124 when the time \
            ran out. The job goes on when pmanctl is interrupted.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var backend: BackendOption
    @OptionGroup var json: JSONOption
    @OptionGroup(title: "THE JOB") var description: JobDescription

    @Option(help: ArgumentHelp("The job's id; default: a new one.", valueName: "jid"))
    var jid: String?

    @Option(
        name: [.customShort("f"), .long],
        help: ArgumentHelp("The body of a POST /api/v1/ as JSON; -: standard input.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var file: String?

    @Option(
        defaultAsFlag: WaitTime.forEver, parsing: .next,
        help: ArgumentHelp("Wait until the job ends, or so long: 90, 5m, 1h30m.", valueName: "time"))
    var wait: WaitTime?

    @Flag(help: "With --wait: print the job's output, and its id on standard error.")
    var logs = false

    @Option(help: ArgumentHelp("How long to send again while the gateway answers 503.", valueName: "time"))
    var retryFor = Span(seconds: 60)

    func validate() throws {
        if file != nil, description.isGiven {
            throw ValidationError("-f FILE has the whole job: give either it or --image and its flags")
        }
        if case .malformed(let text) = wait {
            throw ValidationError("--wait \(text): it takes a time such as 90, 5m or 1h30m, or none")
        }
        if logs, wait == nil { throw ValidationError("--logs needs --wait") }
        if logs, json.isOn { throw ValidationError("--logs and --json would both be printed: give one of them") }
    }

    func perform(at gateway: Gateway) async throws {
        let started = ContinuousClock.now
        let (body, jid) = try self.body()
        // A line that is written over would take the job's unfinished lines with it.
        let isShared = logs && Screen(descriptor: 1).width != nil
        var progress = JobProgress(jid: jid, on: isShared ? .plain : Screen(descriptor: 2))
        let submission = JobSubmission(
            gateway: gateway, backend: backend.backend, body: try Answer.encoded(body))
        let answer = try await submission.send(until: started + .seconds(retryFor.seconds)) { progress.retrying($0) }
        guard let wait else {
            json.isOn ? Console.printDocument(answer) : Console.print(SafeText.line(jid))
            return
        }
        if !json.isOn, !logs { Console.print(SafeText.line(jid)) }
        let run = WaitedRun(
            gateway: gateway, job: try await backend.job(jid, at: gateway), showsLogs: logs,
            deadline: wait.deadline(from: started))
        guard let ended = try await run.end(&progress) else {
            throw Trouble("\(jid) has not ended within \(wait); it goes on (pmanctl show \(jid))", .waitRanOut)
        }
        if json.isOn { Console.printDocument(try await gateway.get(Gateway.path(of: run.job))) }
        if ended.exitCode != 0 { throw ExitCode(ended.exitCode) }
    }

    /// The body of the POST, and the job's id in it.
    func body(
        surroundings: [String: String] = ProcessInfo.processInfo.environment
    ) throws(Trouble) -> (body: JSONValue, jid: String) {
        let fresh = "job-" + UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(12)
        guard let file else {
            let jid = self.jid ?? fresh
            return (try description.body(jid: jid, surroundings: surroundings), jid)
        }
        guard case .object(var object) = try JobFile.value(at: file) else {
            throw Trouble("\(file) holds no JSON object; it must be the body of a POST /api/v1/", .usage)
        }
        if let jid { object["jid"] = .string(jid) }
        if object["jid"] == nil { object["jid"] = .string(fresh) }
        guard case .string(let jid) = object["jid"] else { throw Trouble("\(file): \"jid\" must be a string", .usage) }
        return (.object(object), String(jid.drop { $0 == "/" }))
    }
}
