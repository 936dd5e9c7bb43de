import Core
import FoundationEssentials
import Logging

/// Runs jobs as containers.
struct DockerEngine: Engine {
    let calls: DockerClient
    let streams: DockerClient
    let images: DockerImages
    let settings: JobSettings
    let storageRoot: String
    /// The queue prefix, on each container's label.
    let installation: String
    let traits: EngineTraits
    let logger: Logger
    /// Objects whose start was lost with the engine; kept until it is settled what they are.
    let lostStarts = LostStarts()
    /// After which a start counts as unanswered.
    var startDeadline: Duration = .seconds(120)

    var queuesByItself: Bool { false }

    func ping() async throws(EngineTrouble) {
        try await translate { () async throws(DockerError) in try await calls.ping(deadline: .seconds(5)) }
    }

    func capacity() async throws(EngineTrouble) -> Capacity {
        let info = try await translate { () async throws(DockerError) in try await calls.info() }
        // Without limits nothing is reserved, so there is nothing to weigh.
        guard !settings.ignoreLimits else { return Capacity() }
        return Capacity(
            cpuMillicores: info.cpus.map { $0 * 1000 }, memoryMebibytes: info.memoryBytes.map { Int($0 >> 20) })
    }

    func find(_ submission: SubmissionID) async throws(EngineTrouble) -> [FoundObject] {
        try await found([
            "\(JobLabels.installation)=\(installation)", "\(JobLabels.job)=\(submission.key.job)",
            "\(JobLabels.submission)=\(submission.label)",
        ])
    }

    func list() async throws(EngineTrouble) -> [FoundObject] {
        try await found(["\(JobLabels.installation)=\(installation)"])
    }

    private func found(_ labels: [String]) async throws(EngineTrouble) -> [FoundObject] {
        let containers = try await translate { () async throws(DockerError) in
            try await calls.listContainers(all: true, labels: labels)
        }
        return containers.compactMap { container in
            guard
                let (submission, resources) = JobLabels.submission(
                    container.labels, backend: .docker, installation: installation),
                let id = try? ObjectID(container.id)
            else { return nil }
            return FoundObject(
                id: id, submission: submission, state: ContainerWord(container.state).objectState, resources: resources)
        }
    }

    func hold(_ submission: SubmissionID, _ request: JobRequest) async throws(EngineTrouble) -> HeldObject {
        if let reason = traits.refusal(of: request.resources, ignoringLimits: settings.ignoreLimits) {
            throw .permanent(reason)
        }
        let creation = containerCreation(submission, request)
        for _ in 0..<3 {
            let name = "\(submission.key.job)-\(Nonce.random())"
            do throws(DockerError) {
                let created = try await calls.createContainer(name: name, creation)
                for warning in created.warnings {
                    logger.info(
                        "the engine warns about a container",
                        metadata: ["jid": "\(submission.key.job)", "warning": "\(warning)"])
                }
                guard let id = try? ObjectID(created.id) else {
                    throw DockerError.malformed("a container's id that is none")
                }
                return HeldObject(id: id, name: name)
            } catch .status(404, let message) where Self.meansNoImage(message) {
                try await images.pull(request.image)
            } catch .status(409, _) {
                // Somebody has this name, however unlikely: the next one is another.
            } catch {
                throw DockerTrouble.creating(error)
            }
        }
        throw .transient("the image \(request.image) was pulled and is not there")
    }

    private static func meansNoImage(_ message: String) -> Bool {
        let text = message.lowercased()
        return text.contains("no such image") || text.contains("image not known")
    }

    func remove(_ object: ObjectID, of submission: SubmissionID) async throws(EngineTrouble) -> Bool {
        guard let inspection = try await inspect(object) else { return false }
        guard
            let (owner, _) = JobLabels.submission(inspection.labels, backend: .docker, installation: installation),
            owner == submission
        else { return false }
        for _ in 0..<60 {
            do throws(DockerError) {
                try await calls.removeContainer(object.text, force: true, volumes: true)
            } catch .status(404, _) {
                return true
            } catch .status(409, _) {
                // Its removal is under way already.
            } catch {
                throw general(error)
            }
            guard try await inspect(object) != nil else { return true }
            try? await Task.sleep(for: .seconds(1))
        }
        throw .transient("the container is not gone after a minute")
    }

    func report(on object: ObjectID) async throws(EngineTrouble) -> ObjectReport? {
        guard let inspection = try await inspect(object) else { return nil }
        var status = StatusReport(inspection.state)
        if status.exitCode == 137, traits.hidesOutOfMemory, settings.hardMemoryLimit, !settings.ignoreLimits {
            status.message += ", perhaps because it was out of memory"
        }
        if status.status.isFinal { status.logs = try await output(of: object, isTTY: inspection.hasTTY) }
        return ObjectReport(isHeld: status.status == .notstarted, status: status)
    }

    func tail(of object: ObjectID) async throws(EngineTrouble) -> String? {
        guard let inspection = try await inspect(object),
            JobLabels.submission(inspection.labels, backend: .docker, installation: installation) != nil
        else { return nil }
        return try await output(of: object, isTTY: inspection.hasTTY)
    }

    func changes() async throws(EngineTrouble) -> AsyncThrowingStream<ObjectID, any Error> {
        // From a minute ago by the engine's clock, for what happens before the stream is open; what is missed is found by
        // the next listing.
        let since = Int64((calls.clock.now.timeIntervalSince1970 - 60) * 1e9)
        let events = streams.events(
            sinceNanoseconds: since, types: ["container"], labels: ["\(JobLabels.installation)=\(installation)"])
        let interesting: Set = ["start", "die", "died", "oom", "pause", "unpause", "destroy", "remove", "kill", "stop"]
        return .running { [lostStarts] hints in
            do throws(DockerError) {
                for try await event in events where interesting.contains(event.action) {
                    if let id = try? ObjectID(event.id) { hints.yield(id) }
                }
            } catch {
                if error.meansEngineLeft { lostStarts.engineWentAway() }
                throw error
            }
            // It never ends by itself while the engine lives.
            if !Task.isCancelled { lostStarts.engineWentAway() }
        }
    }

    func inspect(_ object: ObjectID) async throws(EngineTrouble) -> ContainerInspection? {
        do throws(DockerError) {
            return try await calls.inspectContainer(object.text)
        } catch .status(404, _) {
            return nil
        } catch {
            throw general(error)
        }
    }

    private func output(of object: ObjectID, isTTY: Bool) async throws(EngineTrouble) -> String {
        try await settings.tail(
            of: streams.containerLogs(object.text, tail: settings.tailLines, isTTY: isTTY, deadline: .seconds(60)))
    }

    func translate<Value>(
        _ body: () async throws(DockerError) -> Value
    ) async throws(EngineTrouble) -> Value {
        do { return try await body() } catch { throw general(error) }
    }

    /// What a failed call means, after taking in what it says about starts before it.
    func general(_ error: DockerError) -> EngineTrouble {
        if error.meansEngineLeft { lostStarts.engineWentAway() }
        return DockerTrouble.general(error)
    }
}
