import Foundation
import Glibc
import Threads

/// A registry that a private Docker engine can pull one image from, as slowly as a test wants. Speaks as much of
/// https://distribution.github.io/distribution/spec/api/ as a pull needs.
public final class RegistryStandIn: Sendable {
    /// How it answers from now on, also requests that are being answered.
    public enum Conduct: Sendable {
        case serve
        /// Half of the layer, and then nothing.
        case stall
        /// There is no such image.
        case refuse
    }

    private struct Blob: Sendable {
        let bytes: [UInt8]
        let digest: String

        init(_ bytes: [UInt8], in directory: TemporaryDirectory) async throws {
            let path = directory.file(UUID().uuidString)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            digest = "sha256:" + (try await ManagedProcess.run("sha256sum", [path]).prefix(64))
            self.bytes = bytes
        }
    }

    private struct State: Sendable {
        var conduct: Conduct
        var stalled = 0
        var isStopped = false
    }

    /// The image, which has the programs of busybox.
    public let image: String
    private static let repository = "slow/busybox"
    private let listener: ListeningSocket
    private let layer: Blob
    private let configuration: Blob
    private let manifest: Blob
    private let state: Locked<State>

    /// Listens where only that engine reaches it, until the engine is restarted.
    public init(for docker: PrivateDocker, _ conduct: Conduct) async throws {
        guard let engine = docker.processIdentifier else { throw SupportError("dockerd does not run") }
        let directory = try TemporaryDirectory("registry")
        defer { directory.remove() }
        layer = try await Blob(try await BusyboxImages.archive.value, in: directory)
        configuration = try await Blob(Self.configuration(of: layer), in: directory)
        manifest = try await Blob(Self.manifest(of: layer, configuration), in: directory)
        state = Locked(State(conduct: conduct))
        listener = try ListeningSocket(inNetworkOf: engine)
        image = "\(listener.address)/\(Self.repository):1"
        try listener.accept(name: "test-registry") { [weak self] connection in
            defer { close(connection) }
            self?.serve(connection)
        }
    }

    deinit { stop() }

    public func conduct(_ conduct: Conduct) { state.withLock { $0.conduct = conduct } }

    /// Waits until the engine has half a layer and waits for the rest.
    public func waitUntilStalled(within: Duration = .seconds(30)) async throws {
        try await eventually(within: within, "the engine waits for the rest of a layer") {
            state.withLock { $0.stalled > 0 }
        }
    }

    public func stop() {
        state.withLock { $0.isStopped = true }
        listener.stop()
    }

    private static func configuration(of layer: Blob) -> [UInt8] {
        #if arch(arm64)
            let architecture = "arm64"
        #else
            let architecture = "amd64"
        #endif
        return JSONValue.object([
            "architecture": .string(architecture), "os": "linux", "config": [:],
            "rootfs": ["type": "layers", "diff_ids": [.string(layer.digest)]],
        ]).bytes
    }

    private static let manifestType = "application/vnd.docker.distribution.manifest.v2+json"

    private static func manifest(of layer: Blob, _ configuration: Blob) -> [UInt8] {
        func part(_ type: String, _ blob: Blob) -> JSONValue {
            ["mediaType": .string(type), "size": .int(blob.bytes.count), "digest": .string(blob.digest)]
        }
        return JSONValue.object([
            "schemaVersion": 2, "mediaType": .string(manifestType),
            "config": part("application/vnd.docker.container.image.v1+json", configuration),
            "layers": [part("application/vnd.docker.image.rootfs.diff.tar", layer)],
        ]).bytes
    }

    private func serve(_ connection: Int32) {
        var text = ""
        while let bytes = SocketBytes.receive(connection) {
            text += String(decoding: bytes, as: UTF8.self)
            // TLS is tried first: a plain answer to that says that there is none.
            guard bytes.first != 0x16 else { return _ = answer(400, [], to: connection) }
            guard text.contains("\r\n\r\n") else { continue }
            let lines = text.components(separatedBy: "\r\n")
            let words = lines[0].components(separatedBy: " ")
            text = ""
            guard words.count == 3, respond(words[0], words[1], Self.start(of: lines), to: connection) else { return }
        }
    }

    /// Where a download that was interrupted goes on: `Range: bytes=123-`.
    private static func start(of lines: [String]) -> Int {
        for line in lines where line.lowercased().hasPrefix("range: bytes=") {
            return Int(line.dropFirst(13).prefix { $0.isNumber }) ?? 0
        }
        return 0
    }

    /// - Returns: false when the connection is of no more use.
    private func respond(_ method: String, _ target: String, _ start: Int, to connection: Int32) -> Bool {
        let base = "/v2/\(Self.repository)/"
        if target == "/v2/" { return answer(200, Array("{}".utf8), to: connection) }
        guard state.withLock({ $0.conduct }) != .refuse else {
            let body = #"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#
            return answer(404, Array(body.utf8), to: connection)
        }
        switch target {
        case base + "manifests/1", base + "manifests/" + manifest.digest:
            return answer(
                200, manifest.bytes, type: Self.manifestType, digest: manifest.digest, isHead: method == "HEAD",
                to: connection)
        case base + "blobs/" + configuration.digest: return answer(200, configuration.bytes, to: connection)
        case base + "blobs/" + layer.digest: return sendLayer(from: start, to: connection)
        default: return answer(404, Array("{}".utf8), to: connection)
        }
    }

    private func sendLayer(from start: Int, to connection: Int32) -> Bool {
        let bytes = layer.bytes
        var head = "HTTP/1.1 200 OK\r\n"
        if start > 0 {
            head = "HTTP/1.1 206 Partial\r\nContent-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)\r\n"
        }
        head += "Content-Type: application/octet-stream\r\nContent-Length: \(bytes.count - start)\r\n\r\n"
        guard SocketBytes.send(Array(head.utf8), to: connection) else { return false }
        let half = max(start, bytes.count / 2)
        guard SocketBytes.send(bytes[start..<half], to: connection) else { return false }
        let mustStall = state.withLock { state in
            let stalls = state.conduct == .stall
            if stalls { state.stalled += 1 }
            return stalls
        }
        if mustStall {
            while state.withLock({ $0.conduct == .stall && !$0.isStopped }) { usleep(5_000) }
        }
        guard state.withLock({ $0.conduct == .serve && !$0.isStopped }) else { return false }
        return SocketBytes.send(bytes[half...], to: connection)
    }

    private func answer(
        _ status: Int, _ body: [UInt8], type: String = "application/json", digest: String? = nil, isHead: Bool = false,
        to connection: Int32
    ) -> Bool {
        var head = "HTTP/1.1 \(status) Words\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n"
        head += "Docker-Distribution-API-Version: registry/2.0\r\n"
        if let digest { head += "Docker-Content-Digest: \(digest)\r\n" }
        return SocketBytes.send(Array((head + "\r\n").utf8) + (isHead ? [] : body), to: connection)
    }
}
