import AMQP
import Core
import CoreMetrics
import Exposition
import Logging
import Program
import ServiceLifecycle

/// `pman-worker`: takes jobs of one backend, runs them on one engine, and reports what becomes of them.
@main
struct WorkerProgram {
    static func main() async {
        let runner = ProgramRunner(
            name: "pman-worker", purpose: "runs pman's jobs on one scheduler", variables: WorkerVariables.all)
        await runner.run { reader, logger in
            try await run(WorkerSettings(reader), reader, logger)
        }
    }

    private static func run(_ settings: WorkerSettings, _ reader: SettingsReader, _ logger: Logger) async throws {
        let context = BackendContext(reader: reader, settings: settings, logger: logger)
        let connected = try await ProgramServices.exitingOnSignal {
            try await BackendList.connect(settings.backend, context)
        }
        let engine = connected.engine
        let names = settings.names
        var logger = logger
        logger[metadataKey: "engine"] = "\(connected.id)"
        logger.notice("engine found", metadata: ["backend": "\(settings.backend.rawValue)"])

        var topology = Topology(
            queues: PmanTopology.run(names, settings.backend) + [PmanTopology.control(names, connected.id)])
        let publishing = AMQPConnection(
            settings.publishing,
            topology: Topology(
                exchanges: [PmanTopology.heartbeats(names)],
                queues: topology.queues + [PmanTopology.dead(names)]),
            logger: logger)
        topology.queues.append(PmanTopology.live(names, connected.id))
        let ownQueue = PmanTopology.streams(names, .random())
        topology.queues.append(ownQueue)
        let consuming = AMQPConnection(settings.consuming, topology: topology, logger: logger)

        let exposition = Exposition([
            Intake.attempts: .init("Attempts to start a job, by what came of them")
        ])
        MetricsSystem.bootstrap(exposition)
        exposition.readProcess()
        exposition.readConnections([("publishing", publishing), ("consuming", consuming)])
        let activity = Activity()
        let health = EngineHealth(engine: engine, logger: logger)
        let capacity = try await engine.capacity()
        let admission = Admission(
            limits: .init(
                enabled: settings.admission && !engine.queuesByItself, capacity: capacity,
                maximumJobs: settings.maximumRunningJobs))
        let inFlight = InFlight()
        let reporter = Reporter(
            connection: publishing, names: names, engine: connected.id, activity: activity, logger: logger)
        let watch = Watch(
            engine: engine, health: health, reporter: reporter, admission: admission, inFlight: inFlight,
            activity: activity, logger: logger)
        let placing = Placing(
            engine: engine, health: health, go: GoClient(connection: publishing, names: names, engine: connected.id),
            reporter: reporter, admission: admission, inFlight: inFlight, watch: watch,
            policy: settings.job.policy, logger: logger)
        let intake = Intake(
            connection: consuming, commands: CommandReturn(connection: publishing, names: names, logger: logger),
            names: names, backend: settings.backend, signingKeys: settings.signingKeys, placing: placing,
            activity: activity, logger: logger)
        let control = Control(
            consuming: consuming, publishing: publishing, names: names, engineID: connected.id, placing: placing,
            activity: activity, logger: logger)
        let heartbeats = Heartbeats(
            connection: publishing, names: names, backend: settings.backend, engineID: connected.id,
            storageType: connected.storageType, activity: activity, health: health, admission: admission,
            labels: settings.job.labels)
        let streams = FollowedStreams(
            consuming: consuming, publishing: publishing, queue: ownQueue.name, engine: engine, logger: logger)
        let live = LiveOutput(
            consuming: consuming, publishing: publishing, names: names, engineID: connected.id, engine: engine,
            streams: streams, logger: logger)
        EngineReadings.add(to: exposition) { [heartbeats] in [heartbeats.now] }
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        // They stop in the reverse order: no new work first, then what running work needs.
        var services: [any Service] = [
            ConnectionService(publishing, drainLimit: .seconds(5)),
            ConnectionService(consuming, drainLimit: .seconds(2)),
            heartbeats, health, watch, streams, live, Orphans(watch: watch, placing: placing, logger: logger), control,
            intake,
        ]
        if let listen = settings.listen {
            services.append(
                HealthServer(
                    host: listen.host, port: listen.port, publishing: publishing, consuming: consuming,
                    health: health, exposition: exposition, logger: logger))
        }
        try await ProgramServices.run(services, drainLimit: .seconds(20), logger: quiet)
    }
}
