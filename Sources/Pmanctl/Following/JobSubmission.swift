import Core
import HTTPClient

/// A POST that is repeated until its outcome is known: the same body again is the same job.
struct JobSubmission: Sendable {
    let gateway: Gateway
    let backend: String?
    let body: [UInt8]

    /// - Parameters:
    ///   - deadline: until when 503 and broken connections lead to another try. A gateway that cannot be reached at the
    ///     first try is an error at once.
    ///   - pause: after a try, unless the gateway asks for less.
    ///   - onRetry: hears why there is another try.
    /// - Returns: the gateway's 201, as JSON.
    func send(
        until deadline: ContinuousClock.Instant, pause: Duration = .seconds(2), onRetry: (String) -> Void
    ) async throws -> [UInt8] {
        var mayBeKnown = false
        while true {
            let trouble: Trouble
            switch try await attempt(within: max(.milliseconds(100), ContinuousClock.now.duration(to: deadline))) {
            case .taken(let answer): return answer
            case .unknown(let reason, let wasHeard):
                trouble = reason
                guard wasHeard || mayBeKnown else { throw trouble }
            }
            mayBeKnown = true
            guard ContinuousClock.now + pause < deadline else {
                throw Trouble(
                    "\(trouble.message)\nIt is not known whether the job was taken; the same job with the same --jid "
                        + "can be submitted again without running twice.", .unreachable)
            }
            onRetry(trouble.message)
            try await Task.sleep(for: pause)
        }
    }
    private enum Outcome {
        case taken([UInt8])
        /// Whether the job is known cannot be told.
        case unknown(Trouble, wasHeard: Bool)
    }

    /// - Throws: `Trouble` when the gateway refuses the job for good.
    private func attempt(within limit: Duration) async throws(Trouble) -> Outcome {
        let trouble: Trouble
        let wasHeard: Bool
        switch await outcome(within: min(limit, .seconds(30))) {
        case .success(let response):
            if response.status == 201 { return .taken(response.body) }
            trouble = Trouble(status: response.status, body: response.body)
            wasHeard = true
        case .failure(let error):
            trouble = Trouble(unreached: gateway.address, error)
            wasHeard = error.mayHaveBeenSent
        }
        guard trouble.exit == .unreachable else { throw trouble }
        return .unknown(trouble, wasHeard: wasHeard)
    }
    private func outcome(within limit: Duration) async -> Result<HTTPResponse, HTTPClientError> {
        do {
            return .success(try await gateway.post(body, backend: backend, within: limit))
        } catch {
            return .failure(error)
        }
    }
}
