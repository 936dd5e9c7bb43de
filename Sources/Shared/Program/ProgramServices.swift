import Glibc
public import Logging
public import ServiceLifecycle
import UnixSignals

/// A service whose failure ends the program, also when another one does not end.
private struct EndingService: Service {
    let base: any Service
    let drainLimit: Duration
    let logger: Logger

    func run() async throws {
        do { try await base.run() } catch {
            if !(error is CancellationError) {
                Task.detached { [drainLimit, logger] in
                    try? await Task.sleep(for: drainLimit)
                    logger.critical("stopped: \(error)")
                    _exit(70)
                }
            }
            throw error
        }
    }
}

/// Runs a program's services: the first SIGTERM or SIGINT drains them, a second one exits at once.
public enum ProgramServices {
    /// - Parameters:
    ///   - services: in the order in which they start; they stop in the reverse order.
    ///   - drainLimit: after it, what still runs is cancelled.
    public static func run(_ services: [any Service], drainLimit: Duration, logger: Logger) async throws {
        let impatience = Task {
            let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
            var seen = 0
            for await _ in signals {
                seen += 1
                if seen == 2 {
                    logger.warning("second signal: exiting at once")
                    _exit(130)
                }
            }
        }
        defer { impatience.cancel() }
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: EndingService(base: $0, drainLimit: drainLimit, logger: logger),
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = drainLimit
        try await ServiceGroup(configuration: configuration).run()
    }

    /// Does what comes before the services run; a SIGTERM or SIGINT meanwhile ends the program at once, with nothing
    /// begun that would have to be drained.
    public static func exitingOnSignal<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let signals = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { _exit(0) }
        }
        defer { signals.cancel() }
        return try await body()
    }
}
