import Logging

/// Why the Job controller cannot make pods, from the namespace's events: one query for all jobs, every few seconds at
/// the most, and none while every job has its pods.
actor FailedCreations {
    private let client: KubernetesClient
    private let logger: Logger
    private var messages: [String: String] = [:]
    private var askedAt: ContinuousClock.Instant?
    private var isForbidden = false
    private static let interval: Duration = .seconds(5)

    init(client: KubernetesClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// The newest message about a Job; nil: none is known.
    func message(for uid: String) async -> String? {
        let now = ContinuousClock.now
        if askedAt.map({ now - $0 >= Self.interval }) ?? true {
            // Set first: meanwhile others are answered with what is known.
            askedAt = now
            await ask()
        }
        return messages[uid]
    }

    private func ask() async {
        do {
            messages = try await client.failedCreations()
            isForbidden = false
        } catch {
            if case .refused(let refusal) = error, refusal.isMissingRight, !isForbidden {
                isForbidden = true
                logger.warning(
                    "a job's message cannot say why the cluster makes no pods for it",
                    metadata: ["reason": "\(refusal)"])
            }
        }
    }
}
