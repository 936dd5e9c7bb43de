import Support
import Testing

/// What tests share that hurt none of it: a broker, a Docker engine, and a site with one gateway and one worker on them.
/// Each is started when somebody asks for it first.
actor Services {
    @TaskLocal static var current = Services()

    private var startingBroker: Task<PrivateBroker, any Error>?
    private var startingDocker: Task<PrivateDocker, any Error>?
    private var startingPlain: Task<PlainSite, any Error>?

    static var broker: PrivateBroker { get async throws { try await current.broker() } }
    static var docker: PrivateDocker { get async throws { try await current.docker() } }
    static var plain: PlainSite { get async throws { try await current.plain() } }

    private func broker() async throws -> PrivateBroker {
        let task =
            startingBroker
            ?? Task {
                let broker = try PrivateBroker()
                try await broker.start()
                return broker
            }
        startingBroker = task
        return try await task.value
    }

    private func docker() async throws -> PrivateDocker {
        let task = startingDocker ?? Task { try await PrivateDocker() }
        startingDocker = task
        return try await task.value
    }

    private func plain() async throws -> PlainSite {
        let task =
            startingPlain
            ?? Task {
                let docker = try await docker()
                let site = try Site(broker: try await broker())
                let gateway = try await site.gateway()
                return PlainSite(
                    site: site, api: gateway.api, gateway: gateway, worker: try await site.worker(on: docker),
                    docker: docker)
            }
        startingPlain = task
        return try await task.value
    }

    func stop() async {
        if let plain = try? await startingPlain?.value { await plain.site.stop() }
        await (try? await startingDocker?.value)?.stop()
        (try? await startingBroker?.value)?.stop()
    }
}

/// A site with the usual settings, used by many tests at once.
struct PlainSite: Sendable {
    let site: Site
    let api: PmanAPI
    let gateway: GatewayProcess
    let worker: WorkerProcess
    let docker: PrivateDocker
}

/// Gives a suite its services, and takes them away after its last test.
struct ServicesTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let services = Services()
        let result: Result<Void, any Error>
        do {
            result = .success(try await Services.$current.withValue(services) { try await function() })
        } catch { result = .failure(error) }
        await services.stop()
        try result.get()
    }
}

extension Trait where Self == ServicesTrait {
    static var services: Self { ServicesTrait() }
}
