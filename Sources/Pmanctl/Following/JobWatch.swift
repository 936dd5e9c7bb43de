/// Follows a job to its end: looks at it whenever the gateway says that something happened, and now and then anyway,
/// so that it works as well where the stream of events does not come through.
struct JobWatch: Sendable {
    /// How long the gateway may be away.
    static let patience: Duration = .seconds(120)

    let gateway: Gateway
    let job: JobAddress
    var interval: Duration = .seconds(2)

    /// - Parameters:
    ///   - deadline: nil: for ever.
    ///   - show: sees the job each time that it was looked at, or why it could not be.
    /// - Returns: the job with a final status; nil when the deadline came first.
    func end(
        by deadline: ContinuousClock.Instant?, _ show: (Result<JobDetail, Trouble>) -> Void
    ) async throws -> JobDetail? {
        let (wakes, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            bell.yield()
            group.addTask { await listen(bell) }
            group.addTask { await tick(bell) }
            if let deadline {
                group.addTask {
                    try? await Task.sleep(until: deadline)
                    bell.yield()
                }
            }
            var awaySince: ContinuousClock.Instant?
            for await _ in wakes {
                do {
                    let detail = try await look(by: deadline)
                    awaySince = nil
                    show(.success(detail))
                    if detail.summary.status.isFinal { return detail }
                } catch let trouble as Trouble where trouble.exit == .unreachable {
                    let now = ContinuousClock.now
                    let since = awaySince ?? now
                    awaySince = since
                    guard now - since < Self.patience else { throw trouble }
                    show(.failure(trouble))
                }
                if let deadline, ContinuousClock.now >= deadline { return nil }
            }
            throw CancellationError()
        }
    }

    private func look(by deadline: ContinuousClock.Instant?) async throws -> JobDetail {
        // At the deadline there is one more look, so that an end that came just before is seen.
        let left = deadline.map { max(.seconds(1), ContinuousClock.now.duration(to: $0)) } ?? .seconds(10)
        return try Answer.decoded(
            JobDetail.self, from: await gateway.get(Gateway.path(of: job), within: min(left, .seconds(10))))
    }

    private func tick(_ bell: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            bell.yield()
        }
    }

    /// Events are only a reason to look: a stream that cannot be had makes it slower, not wrong.
    private func listen(_ bell: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            try? await gateway.events(Gateway.path(of: job, "/events")) { _ in bell.yield() }
            try? await Task.sleep(for: .seconds(5))
        }
    }
}
