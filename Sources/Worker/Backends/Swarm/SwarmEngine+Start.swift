import Core

extension SwarmEngine {
    /// Starts a service at most once: Swarm carries out an update only if it names the newest version, so of all who
    /// saw the service without tasks one can give it some, and it never goes back to none.
    func start(_ object: HeldObject) async throws(EngineTrouble) -> StartAttempt.Outcome {
        var trouble = ""
        for _ in 0..<5 {
            guard let service = try await inspect(object.id), owner(of: service) != nil,
                let replicas = service.replicas,
                let started = service.specification(replicas: Self.workers(of: service))
            else { return .overtaken }
            guard replicas == 0 else { return .started }
            do throws(DockerError) {
                try await calls.updateService(service.id, version: service.version, started)
                return .started
            } catch .unreachable(let error) {
                throw .away("\(error)")
            } catch .status(404, _) {
                return .overtaken
            } catch .status(_, let message) where SwarmTrouble.meansOvertaken(message) {
                // Somebody else has changed it: what it is now decides.
                trouble = message
            } catch .status(let status, let message) where status < 500 && status != 429 {
                return .refused(SwarmTrouble.explain(message))
            } catch {
                // Lost answers too: the next look says whether it was done, and if not, doing it again is no harm.
                trouble = "\(error)"
            }
        }
        throw .transient("the service could not be started: \(trouble.forMessage(limit: 300))")
    }

    static func workers(of service: SwarmService) -> Int {
        let count = service.labels[workersLabel].flatMap { Int($0) } ?? 1
        return min(max(count, 1), Resources.maximumWorkers)
    }
}
