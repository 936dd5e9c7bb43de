import Foundation
import Glibc
import Support

/// Gateways, workers and simulated engines on a real broker, and what is done to them.
final class Fleet: Sendable {
    let broker: PrivateBroker
    let gateways: [GatewayProcess]
    let engines: [SimulatedEngine]
    let workers: [WorkerProcess]
    private let prefix: String
    private let storage: TemporaryDirectory
    /// Between the broker and the first gateway, and the first worker.
    private let gatewayRelay: Relay
    private let workerRelay: Relay
    /// Of the last gateway, and the last worker.
    private let gatewayClock: MovableClock
    private let workerClock: MovableClock
    /// Each gateway's; none when this is not run as root.
    private let disks: [SmallDisk]

    init(gateways gatewayCount: Int = 3, engines engineCount: Int = 2, workersEach: Int = 2) async throws {
        let broker = try PrivateBroker()
        try await broker.start()
        let prefix = "torture-\(UUID().uuidString.prefix(8).lowercased())."
        let storage = try TemporaryDirectory("storage")
        let address = HTTPAddress.tcp(host: "127.0.0.1", port: broker.port)
        let gatewayRelay = try Relay(to: address)
        let workerRelay = try Relay(to: address)
        func url(_ relay: Relay) -> String { "amqp://guest:guest@\(relay.address)/%2F" }
        let (gatewayClock, workerClock) = (try MovableClock(), try MovableClock())
        gateways = try (0..<gatewayCount).map {
            try GatewayProcess(
                amqpURL: $0 == 0 ? url(gatewayRelay) : broker.url, queuePrefix: prefix,
                environment: $0 == gatewayCount - 1 ? gatewayClock.environment : [:])
        }
        let engines = try (0..<engineCount).map { _ in try SimulatedEngine() }
        workers = try engines.enumerated().flatMap { index, engine in
            try (0..<workersEach).map { number in
                try WorkerProcess(
                    amqpURL: index == 0 && number == 0 ? url(workerRelay) : broker.url, queuePrefix: prefix,
                    dockerHost: engine.dockerHost, storebase: storage.path,
                    environment: (index == engineCount - 1 && number == workersEach - 1 ? workerClock.environment : [:])
                        .merging(["ENGINE_ID": "engine-\(index)"]) { $1 })
            }
        }
        (self.broker, self.engines, self.prefix, self.storage) = (broker, engines, prefix, storage)
        (self.gatewayRelay, self.workerRelay) = (gatewayRelay, workerRelay)
        (self.gatewayClock, self.workerClock) = (gatewayClock, workerClock)
        var disks: [SmallDisk] = []
        for gateway in gateways where geteuid() == 0 {
            disks.append(try await SmallDisk(at: gateway.stateDirectory, megabytes: 256))
        }
        self.disks = disks
        for engine in engines { try await engine.start() }
        for program in gateways as [any ProgramFixture] + workers { try await program.start() }
    }

    /// Does it, and mends it again.
    func inflict(_ fault: Fault, _ random: inout SeededGenerator) async throws {
        let away = Duration.milliseconds(Int.random(in: 0...2500, using: &random))
        let frozen = Duration.milliseconds(Int.random(in: 200...7000, using: &random))
        let place = Int.random(in: gateways.indices, using: &random)
        let gateway = gateways[place]
        let worker = workers[Int.random(in: workers.indices, using: &random)]
        let engine = engines[Int.random(in: engines.indices, using: &random)]
        switch fault {
        case .gatewayKilled: try await kill(gateway, for: away)
        case .workerKilled: try await kill(worker, for: away)
        case .gatewayFrozen: try await freeze(gateway, for: frozen)
        case .workerFrozen: try await freeze(worker, for: frozen)
        case .gatewayRestarted: try await restart(gateway)
        case .workerRestarted: try await restart(worker)
        case .gatewayCutOff: try await cut(gatewayRelay, for: frozen)
        case .workerCutOff: try await cut(workerRelay, for: frozen)
        case .gatewayClockMoved: try gatewayClock.move(by: .random(in: -7200...7200, using: &random))
        case .workerClockMoved: try workerClock.move(by: .random(in: -7200...7200, using: &random))
        case .gatewayDiskFilled:
            guard disks.indices.contains(place) else { return }
            try disks[place].fill()
            try await Task.sleep(for: frozen)
            disks[place].clear()
            // It has stopped by now, or has had nothing to write.
            try await restart(gateway)
        case .engineKilled:
            try await engine.kill()
            try await Task.sleep(for: away)
            try await engine.start()
        case .engineFrozen:
            engine.freeze()
            try await Task.sleep(for: frozen)
            engine.thaw()
        case .brokerKilled:
            try await broker.kill()
            try await Task.sleep(for: away)
            try await broker.start()
        case .brokerFrozen:
            broker.freeze()
            try await Task.sleep(for: frozen)
            broker.thaw()
        }
    }

    private func kill(_ program: any ProgramFixture, for time: Duration) async throws {
        try await program.kill()
        try await Task.sleep(for: time)
        try await program.start(until: .launched)
    }

    private func freeze(_ program: any ProgramFixture, for time: Duration) async throws {
        program.freeze()
        try await Task.sleep(for: time)
        program.thaw()
    }

    private func restart(_ program: any ProgramFixture) async throws {
        // One that is still starting may be killed by it; that is a fault as well.
        _ = try? await program.terminate(within: .seconds(30))
        try await program.start(until: .launched)
    }

    private func cut(_ relay: Relay, for time: Duration) async throws {
        relay.allow(bytes: 0)
        try await Task.sleep(for: time)
        relay.allow(bytes: nil)
    }

    func waitUntilReady() async throws {
        for program in gateways as [any ProgramFixture] + workers {
            try await program.program.waitUntil("/readyz", within: .seconds(120))
        }
    }

    func stop() async {
        for program in gateways as [any ProgramFixture] + workers {
            program.thaw()
            try? await program.kill()
            program.program.log.keep(as: "\(prefix)\(program.program.name).\(program.program.port)")
        }
        for (number, engine) in engines.enumerated() {
            ProcessLog(path: engine.ledgerPath).keep(as: "\(prefix)engine-\(number)")
            await engine.stop()
        }
        gatewayRelay.stop()
        workerRelay.stop()
        broker.thaw()
        broker.stop()
        storage.remove()
        for disk in disks { disk.remove() }
    }
}
