import Foundation
import HTTPClient

@testable import Worker

/// A real engine, and the removal of all that a test made on it.
struct DockerEngineFixture: Sendable {
    static let labelName = "org.chrisproject.pman.test"
    static let image = "local/pmt:1"

    let client: DockerClient
    let id = UUID().uuidString.prefix(13).lowercased()

    /// `PMAN_TEST_DOCKER_HOST` (`unix:///…` or `tcp://…`), or else the usual socket when it is there.
    static var endpoint: HTTPEndpoint? {
        if let host = ProcessInfo.processInfo.environment["PMAN_TEST_DOCKER_HOST"], !host.isEmpty {
            if host.hasPrefix("unix://") { return HTTPEndpoint(unixSocket: String(host.dropFirst(7))) }
            return HTTPEndpoint(url: host.replacing("tcp://", with: "http://"))
        }
        let usual = "/var/run/docker.sock"
        return FileManager.default.fileExists(atPath: usual) ? HTTPEndpoint(unixSocket: usual) : nil
    }

    struct NoEngine: Error, CustomStringConvertible {
        let description = "no Docker engine: run make test, or name one in PMAN_TEST_DOCKER_HOST"
    }

    static func run(_ body: (DockerEngineFixture) async throws -> Void) async throws {
        guard let endpoint else { throw NoEngine() }
        let fixture = DockerEngineFixture(client: DockerClient(http: try HTTPClient(), endpoint: endpoint))
        do {
            try await body(fixture)
        } catch {
            await fixture.removeAll()
            throw error
        }
        await fixture.removeAll()
    }

    var label: String { "\(Self.labelName)=\(id)" }

    func name(_ suffix: String) -> String { "pman-test-\(id)-\(suffix)" }

    /// A container without network that runs a shell script, created and not started.
    func create(_ suffix: String = "a", script: String, _ change: (inout ContainerCreation) -> Void = { _ in })
        async throws -> String
    {
        var creation = ContainerCreation(image: Self.image)
        creation.command = ["/bin/sh", "-c", script]
        creation.labels = [Self.labelName: id]
        creation.host.networkMode = "none"
        change(&creation)
        return try await client.createContainer(name: name(suffix), creation).id
    }

    /// Waits until a container has ended.
    func ended(_ container: String) async throws -> ContainerState {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let state = try await client.inspectContainer(container).state
            if ["exited", "stopped", "dead"].contains(state.status), state.hasFinished { return state }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await client.inspectContainer(container).state
    }

    /// All of a container's log so far, output and errors apart.
    func log(_ container: String, tail: Int? = nil, isTTY: Bool = false) async throws -> (
        output: String, errors: String
    ) {
        var parts: [DockerLogChunk.Source: [UInt8]] = [:]
        for try await chunk in client.containerLogs(container, tail: tail, isTTY: isTTY) {
            parts[chunk.source, default: []] += chunk.bytes
        }
        return (
            String(decoding: parts[.standardOutput] ?? [], as: UTF8.self),
            String(decoding: parts[.standardError] ?? [], as: UTF8.self)
        )
    }

    private func removeAll() async {
        for container in (try? await client.listContainers(all: true, labels: [label])) ?? [] {
            try? await client.removeContainer(container.id, force: true, volumes: true)
        }
        for suffix in ["volume"] { try? await client.removeVolume(name(suffix)) }
    }
}
