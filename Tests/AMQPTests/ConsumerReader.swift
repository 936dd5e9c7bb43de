import AMQP
import Support

/// Reads a consumer step by step, with a deadline for each step.
final class ConsumerReader: Sendable {
    private actor Events {
        private var seen: [ConsumerEvent] = []

        func add(_ event: ConsumerEvent) { seen.append(event) }

        func takeFirst() -> ConsumerEvent? { seen.isEmpty ? nil : seen.removeFirst() }
    }

    private let events: Events
    private let reading: Task<Void, Never>

    init(_ consumer: Consumer) {
        let events = Events()
        self.events = events
        reading = Task {
            for await event in consumer { await events.add(event) }
        }
    }

    deinit { reading.cancel() }

    func next(within: Duration = .seconds(20)) async throws -> ConsumerEvent {
        try await eventuallyValue(within: within, every: .milliseconds(2), "a consumer event") {
            await self.events.takeFirst()
        }
    }

    /// The next delivery; other events before it are skipped.
    func delivery(within: Duration = .seconds(20)) async throws -> Delivery {
        while true {
            if case .delivery(let delivery) = try await next(within: within) { return delivery }
        }
    }

    /// The generation of the next registration; other events before it are skipped.
    @discardableResult
    func registered(within: Duration = .seconds(20)) async throws -> UInt64 {
        while true {
            if case .registered(let generation) = try await next(within: within) { return generation }
        }
    }

    /// The reason of the next interruption; other events before it are skipped.
    @discardableResult
    func interrupted(within: Duration = .seconds(20)) async throws -> String {
        while true {
            if case .interrupted(let reason) = try await next(within: within) { return reason }
        }
    }
}
