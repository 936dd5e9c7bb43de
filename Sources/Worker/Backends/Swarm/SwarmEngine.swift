import Core
import Logging

/// Runs each job as a service of a swarm whose tasks run once.
struct SwarmEngine: Engine {
    let calls: DockerClient
    let streams: DockerClient
    let credentials: RegistryCredentials
    let settings: JobSettings
    let swarm: SwarmSettings
    let storageRoot: String
    /// The queue prefix, on each service's label.
    let installation: String
    let logger: Logger
    /// The services that may change; one poll asks about all of them.
    let watched = WatchedServices()

    var queuesByItself: Bool { true }

    func ping() async throws(EngineTrouble) {
        _ = try await translate { () async throws(DockerError) in try await calls.swarmID(deadline: .seconds(5)) }
    }

    /// Nothing to weigh: Swarm's own scheduler does.
    func capacity() async throws(EngineTrouble) -> Capacity { Capacity() }

    func find(_ submission: SubmissionID) async throws(EngineTrouble) -> [FoundObject] {
        try await services(labels(of: submission)).map { service, id, submission, resources in
            FoundObject(
                id: id, submission: submission, state: (service.replicas ?? 0) == 0 ? .held : .running,
                resources: resources)
        }
    }

    func list() async throws(EngineTrouble) -> [FoundObject] {
        let services = try await services(installationLabel)
        let active = Set(
            try await translate { () async throws(DockerError) in
                try await calls.listTasks(labels: installationLabel, onlyActive: true)
            }.map(\.serviceID))
        return services.map { service, id, submission, resources in
            var state = FoundObject.State.held
            if (service.replicas ?? 0) > 0 { state = active.contains(service.id) ? .running : .ended }
            return FoundObject(id: id, submission: submission, state: state, resources: resources)
        }
    }

    var installationLabel: [String] { ["\(JobLabels.installation)=\(installation)"] }

    func labels(of submission: SubmissionID) -> [String] {
        installationLabel + [
            "\(JobLabels.job)=\(submission.key.job)", "\(JobLabels.submission)=\(submission.label)",
        ]
    }

    private func services(
        _ labels: [String]
    ) async throws(EngineTrouble) -> [(SwarmService, ObjectID, SubmissionID, Resources)] {
        let services = try await translate { () async throws(DockerError) in
            try await calls.listServices(labels: labels)
        }
        return services.compactMap { service in
            guard let (submission, resources) = owner(of: service), let id = try? ObjectID(service.id) else {
                return nil
            }
            return (service, id, submission, resources)
        }
    }

    /// Whose service it is; nil: not this installation's.
    func owner(of service: SwarmService) -> (SubmissionID, Resources)? {
        JobLabels.submission(service.labels, backend: .swarm, installation: installation)
    }

    func hold(_ submission: SubmissionID, _ request: JobRequest) async throws(EngineTrouble) -> HeldObject {
        if let reason = try await refusal(of: request.resources) { throw .permanent(reason) }
        var specification = specification(submission, request)
        for _ in 0..<3 {
            do throws(DockerError) {
                let id = try await calls.createService(
                    specification, registryAuthentication: credentials.header(for: request.image.withTag))
                guard let object = try? ObjectID(id) else {
                    throw DockerError.malformed("a service's id that is none")
                }
                return HeldObject(id: object, name: specification.name)
            } catch .status(409, _) {
                // Somebody has this name, however unlikely: the next one is another.
                specification.name = Self.name(submission.key.job)
            } catch {
                throw SwarmTrouble.creating(error)
            }
        }
        throw .transient("three fresh names for a service were taken")
    }

    /// Why no node of the swarm could ever run a job. Nodes that are down count: they may come back.
    private func refusal(of resources: Resources) async throws(EngineTrouble) -> String? {
        guard !settings.ignoreLimits || resources.gpus > 0 else { return nil }
        let nodes = try await translate { () async throws(DockerError) in try await calls.listNodes() }
        return NodeOffers(nodes, gpuResource: swarm.gpuResource).refusal(
            of: resources, ignoringLimits: settings.ignoreLimits)
    }

    /// - Returns: nil when there is no such service.
    func inspect(_ object: ObjectID) async throws(EngineTrouble) -> SwarmService? {
        do throws(DockerError) {
            return try await calls.inspectService(object.text)
        } catch .status(404, _) {
            return nil
        } catch {
            throw SwarmTrouble.general(error)
        }
    }

    func translate<Value>(
        _ body: () async throws(DockerError) -> Value
    ) async throws(EngineTrouble) -> Value {
        do { return try await body() } catch { throw SwarmTrouble.general(error) }
    }
}
