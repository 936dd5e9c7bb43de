import Core
import FoundationEssentials
import Logging

/// Runs jobs as workflows of one task.
struct CromwellEngine: Engine {
    let client: CromwellClient
    let settings: CromwellSettings
    let job: JobSettings
    /// The queue prefix, on each workflow's label.
    let installation: String
    let logger: Logger
    let table = WorkflowTable()
    let output: JobOutput
    let watch: TimeWatch
    /// How long a held workflow may take to be known by its id, which it must be before it can be released.
    var visibilityPatience: Duration = .seconds(10)

    init(
        client: CromwellClient, settings: CromwellSettings, job: JobSettings, installation: String, logger: Logger
    ) {
        self.client = client
        self.settings = settings
        self.job = job
        self.installation = installation
        self.logger = logger
        output = JobOutput(tailLines: job.tailLines, tailBytes: job.tailBytes)
        watch = TimeWatch(limitMinutes: settings.timeLimitMinutes, marginMinutes: settings.overtimeMinutes)
    }

    var queuesByItself: Bool { true }

    func ping() async throws(EngineTrouble) {
        _ = try await translate { () async throws(CromwellError) in try await client.version(deadline: .seconds(5)) }
    }

    /// Cromwell does not know what the cluster behind it has.
    func capacity() async throws(EngineTrouble) -> Capacity { Capacity() }

    func hold(_ submission: SubmissionID, _ request: JobRequest) async throws(EngineTrouble) -> HeldObject {
        let source = try source(request)
        let labels = CromwellLabels.make(
            submission, request.resources, installation: installation, extra: job.labels)
        do throws(CromwellError) {
            let submitted = try await client.submitOnHold(source: source.text, labels: labels)
            guard let id = try? ObjectID(submitted.id) else {
                throw CromwellError.malformed("a workflow's id that is none")
            }
            await waitUntilKnown(id)
            return HeldObject(id: id, name: submitted.id)
        } catch {
            throw CromwellTrouble.submitting(error)
        }
    }

    /// Cromwell accepts a workflow a moment before it answers questions about it. Waiting here, before the gateways are
    /// asked, leaves no time between their go and the release.
    private func waitUntilKnown(_ id: ObjectID) async {
        let end = ContinuousClock.now + visibilityPatience
        var pause: Duration = .milliseconds(50)
        while ContinuousClock.now < end, !Task.isCancelled {
            if (try? await client.metadata(id)) != nil { return }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
    }

    private func source(_ request: JobRequest) throws(EngineTrouble) -> WorkflowSource {
        let directories = SharedDirectories(
            input: request.input, output: request.output, storeBase: settings.storeBase)
        if settings.sharedirOnly, case .apart = directories {
            throw .permanent(
                "this site's Cromwell knows only a directory that holds incoming and outgoing, so input_dir must be "
                    + "X/incoming and output_dir X/outgoing, with only letters, digits and any of @%+=./_- in X "
                    + "(or take the configuration in compose/cromwell and unset CROMWELL_SHAREDIR_ONLY)")
        }
        var environment = request.environment.map(\.text)
        if job.homeWorkaround, !request.environment.contains(where: { $0.key == "HOME" }) {
            environment.append("HOME=/tmp")
        }
        return WorkflowSource(
            command: JobCommandLine(request.command, environment: environment),
            attributes: RuntimeAttributes.make(
                request, directories, settings: settings, ignoresLimits: job.ignoreLimits,
                user: job.user.user.map { Int.random(in: $0) }, group: job.user.group.map { Int.random(in: $0) }))
    }

    func report(on object: ObjectID) async throws(EngineTrouble) -> ObjectReport? {
        if let status = table.unchanged(object, age: settings.pollInterval * 2) {
            return ObjectReport(status: status)
        }
        guard let metadata = try await metadata(object) else {
            guard !table.isGone(object) else { return nil }
            return ObjectReport(isHeld: true, status: StatusReport(status: .notstarted, message: "Submitted"))
        }
        var report = StatusReport(metadata, watch: watch, now: client.clock.now)
        if report.status.isFinal {
            let text = await output.read(metadata.call, workflow: object)
            report.logs = text.logs
            report.add(remark: text.remark)
        }
        table.note(object, metadata.state, report)
        return ObjectReport(isHeld: metadata.state == .onHold || metadata.state == nil, status: report)
    }

    func tail(of object: ObjectID) async throws(EngineTrouble) -> String? {
        guard let metadata = try await metadata(object), owner(metadata.labels) != nil else { return nil }
        return await output.read(metadata.call, workflow: object).logs
    }

    /// nil when Cromwell does not know the workflow, or not yet.
    func metadata(_ object: ObjectID) async throws(EngineTrouble) -> WorkflowMetadata? {
        do throws(CromwellError) {
            return try await client.metadata(object)
        } catch .status(404, _), .status(400, _) {
            // 400 is what Cromwell says of an id that is no UUID.
            return nil
        } catch {
            throw CromwellTrouble.general(error)
        }
    }

    func owner(_ labels: [String: String]) -> (submission: SubmissionID, resources: Resources)? {
        JobLabels.submission(labels, backend: .cromwell, installation: installation)
            .map { (submission: $0.0, resources: $0.1) }
    }

    func translate<Value>(
        _ body: () async throws(CromwellError) -> Value
    ) async throws(EngineTrouble) -> Value {
        do { return try await body() } catch { throw CromwellTrouble.general(error) }
    }
}
