import AMQP
import Core
import CoreMetrics
import Glibc
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Program
import ServiceLifecycle
import Threads

/// `pman-gateway`: the HTTP API. It validates, appends to the log, and answers from its cache.
@main
struct GatewayProgram {
    static func main() async {
        let runner = ProgramRunner(
            name: "pman-gateway", purpose: "pman's HTTP API; publishes jobs to workers through RabbitMQ",
            variables: GatewayVariables.all)
        await runner.run { reader, logger in
            try await run(GatewaySettings(reader), logger)
        }
    }

    private static func run(_ settings: GatewaySettings, _ logger: Logger) async throws {
        // The cache has jobs' environments.
        umask(0o077)
        let cache: Cache
        let lock: CacheLock
        do {
            lock = try CacheLock(directory: settings.stateDirectory)
            cache = try Cache(directory: settings.stateDirectory)
        } catch let failure as CacheFailure {
            throw SettingFailure("STATE_DIR", "is no good: \(failure)")
        }
        defer { withExtendedLifetime(lock) {} }

        let names = settings.names
        let heartbeatQueue = names.heartbeats + "." + Nonce.random().text
        let publishing = AMQPConnection(
            settings.publishing, topology: queues(settings), logger: logger)
        var consumingTopology = queues(settings)
        consumingTopology.exchanges.append(PmanTopology.heartbeats(names))
        consumingTopology.queues.append(
            QueueDeclaration(
                name: heartbeatQueue, durable: false, exclusive: true, autoDelete: true,
                arguments: ["x-max-length": .int(1_000)]))
        consumingTopology.bindings.append(
            Binding(queue: heartbeatQueue, exchange: names.heartbeats, routingKey: ""))
        let streamsQueue = PmanTopology.streams(names, .random())
        consumingTopology.queues.append(streamsQueue)
        let consuming = AMQPConnection(settings.consuming, topology: consumingTopology, logger: logger)

        let metrics = GatewayMetrics()
        MetricsSystem.bootstrap(metrics.exposition)
        let appender = LogAppender(
            connection: publishing, names: names, signingKeys: settings.signingKeys, confirmTime: metrics.confirmTime)
        let freshness = Freshness(appender: appender)
        let folds = Broadcast()
        let feed = ChangeFeed()
        let snapshots = Snapshots()
        let follower = LogFollower(
            connection: consuming, publishing: publishing, names: names, cache: cache, appender: appender,
            freshness: freshness, folds: folds, feed: feed, figures: metrics.jobs,
            deletedKept: settings.deletedKept.seconds, logger: logger)
        let workers = Workers(connection: consuming, queue: heartbeatQueue, logger: logger)
        let commands = CommandPublisher(connection: publishing, names: names)
        let leadership = Leadership(
            consuming: consuming, publishing: publishing, names: names,
            deadLetters: DeadLetters(cache: cache, appender: appender, commands: commands, logger: logger),
            freshness: freshness, logger: logger)
        let dispatcher = Dispatcher(
            leadership: leadership, cache: cache, appender: appender, commands: commands, freshness: freshness,
            workers: workers, folds: folds, logger: logger)
        let checkpoints = Checkpoints(
            leadership: leadership, cache: cache, appender: appender, freshness: freshness,
            limits: .init(maximumBytes: settings.logMaximumBytes, maximumAge: settings.logMaximumAge.seconds),
            logger: logger)
        let lostEngines = LostEngines(
            leadership: leadership, cache: cache, appender: appender, freshness: freshness, workers: workers,
            after: settings.engineLostAfter, logger: logger)
        let expiry = Expiry(
            leadership: leadership, cache: cache, appender: appender, commands: commands, freshness: freshness,
            after: settings.retention, logger: logger)
        let forgetting = Forgetting(
            leadership: leadership, cache: cache, appender: appender, freshness: freshness,
            after: settings.deletedKept, logger: logger)
        let go = GoService(
            consuming: consuming, publishing: publishing, names: names, appender: appender, freshness: freshness,
            logger: logger)
        let tails = LiveTails(connection: publishing, names: names, refresh: settings.logsRefresh)
        let jobs = JobsAPI(
            cache: cache, appender: appender, freshness: freshness, workers: workers, tails: tails,
            settings: settings, logger: logger)
        let finder = JobFinder(cache: cache, freshness: freshness, logger: logger)
        let followed = FollowedJobs(
            cache: cache, consuming: consuming, publishing: publishing, names: names, queue: streamsQueue.name,
            folds: folds)
        let figures = try BrokerFigures(
            sources: settings.brokerMetrics, connection: consuming,
            virtualHost: settings.consuming.endpoints.first?.virtualHost ?? "/", names: names, logger: logger)
        let overview = QueueOverview(
            broker: figures, cache: cache, jobs: metrics.jobs, workers: workers, defaultBackend: settings.backend)
        let history = QueueHistory(overview: overview, workers: workers, snapshots: snapshots)
        metrics.read(
            queues: overview, workers: workers, freshness: freshness, publishing: publishing, consuming: consuming)
        let responder = APIResponder(
            gatekeeper: Gatekeeper(access: try access(settings, logger), logger: logger),
            jobs: jobs,
            version2: V2Responder([
                DescriptionResource(), JobListResource(finder: finder, workers: workers),
                JobResource(
                    finder: finder, workers: workers, version1: jobs,
                    cancellation: Cancellation(finder: finder, appender: appender, tails: tails, logger: logger)),
                JobLogsResource(finder: finder, tails: tails, followed: followed, streams: EventStreams()),
                WorkersResource(workers: workers),
                QueuesResource(overview: overview, history: history, finder: finder),
                DeadLettersResource(finder: finder, appender: appender, logger: logger),
                EventsResource(
                    finder: finder, feed: feed, snapshots: snapshots, rendering: RenderedJobs(workers: workers),
                    streams: EventStreams()),
            ]),
            health: HealthAPI(freshness: freshness, publishing: publishing, consuming: consuming),
            metrics: metrics, page: PageAPI(), defaultBackend: settings.backend, logger: logger)
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let server = try APIServer.make(settings, responder, logger)
        // They stop in the reverse order: requests end first, then what they need.
        try await ProgramServices.run(
            [
                ConnectionService(publishing, drainLimit: .seconds(5)),
                ConnectionService(consuming, drainLimit: .seconds(2)),
                follower, workers, leadership, dispatcher, checkpoints, lostEngines, expiry, forgetting, go, followed,
                figures,
                history,
            ] + server, drainLimit: .seconds(20), logger: quiet)
        try? cache.close()
    }

    private static func access(_ settings: GatewaySettings, _ logger: Logger) throws -> AccessControl? {
        guard let file = settings.authFile else {
            if !GatewaySettings.isLoopback(settings.listen.host) {
                logger.warning("AUTH=none: whoever reaches this address may submit, read and delete jobs")
            }
            return nil
        }
        do throws(InvalidValue) {
            return try AccessControl(path: file, threads: .singleton, logger: logger)
        } catch {
            throw SettingFailure("AUTH_FILE", "\(error)")
        }
    }

    private static func queues(_ settings: GatewaySettings) -> Topology {
        let names = settings.names
        let own = [
            PmanTopology.results(
                names, maximumAge: settings.logMaximumAge.text, maximumBytes: settings.logMaximumBytes),
            PmanTopology.dead(names), PmanTopology.go(names),
        ]
        return Topology(queues: own + PmanTopology.run(names, settings.backend))
    }
}
