import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Threads

/// Docker's API as https://docs.docker.com/engine/api/v1.41/ describes it, as far as a worker uses it.
struct DockerAPI: HTTPResponder {
    typealias Context = BasicRequestContext

    let containers: Containers
    let createLatency: Duration
    let startLatency: Duration
    /// How often each call was made, by method and path with `*` for an id; `GET /simulated/calls` tells.
    private let calls = Locked<[String: Int]>([:])

    private struct Creation: Decodable {
        var Image: String
        var Cmd: [String]?
        var Entrypoint: [String]?
        var Labels: [String: String]?
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        do {
            return try await answer(request)
        } catch let refusal as Containers.Refusal {
            return json(["message": refusal.message], status: .init(code: refusal.status))
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        var parts = request.uri.path.split(separator: "/").map { String($0).removingPercentEncoding ?? "" }
        if parts.first?.hasPrefix("v1.") == true { parts.removeFirst() }
        if parts == ["simulated", "calls"] { return json(calls.withLock { $0 }) }
        count(request.method, parts)
        switch (request.method, parts.count, parts.first, parts.last) {
        case (.get, 1, "_ping", _), (.head, 1, "_ping", _):
            return Response(status: .ok, body: .init(byteBuffer: .init(string: "OK")))
        case (.get, 1, "version", _):
            return json(["Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12", "Components": [Any]()])
        case (.get, 1, "info", _):
            return json([
                "ID": "SIMULATED", "Name": "simulated", "ServerVersion": "20.10.24", "OSType": "linux", "NCPU": 10_000,
                "MemTotal": 1 << 50, "CgroupVersion": "2", "Runtimes": ["runc": [String: String]()],
                "ContainersRunning": containers.runningCount,
            ])
        case (.get, _, "events", _): return events()
        case (.get, 2, "containers", "json"): return json(containers.list(labels: labels(request)).map(\.summary))
        case (.post, 2, "containers", "create"): return try await create(request)
        case (.get, 3, "containers", "json"): return json(try containers.inspect(parts[1]).inspection)
        case (.get, 3, "containers", "logs"):
            _ = try containers.inspect(parts[1])
            return Response(status: .ok)
        case (.post, 3, "containers", "start"):
            let isNew = try containers.start(parts[1])
            if startLatency > .zero { try await Task.sleep(for: startLatency) }
            return Response(status: isNew ? .noContent : .notModified)
        case (.post, 3, "containers", "rename"):
            try containers.rename(parts[1], to: request.uri.queryParameters["name"].map(String.init) ?? "")
            return Response(status: .noContent)
        case (.delete, 2, "containers", _):
            try containers.remove(parts[1])
            return Response(status: .noContent)
        case (.get, _, "images", "json"):
            return json(["Id": "sha256:0", "RepoTags": ["simulated:1"], "Config": [String: String]()] as [String: Any])
        default: return json(["message": "page not found"], status: .notFound)
        }
    }

    private func count(_ method: HTTPRequest.Method, _ parts: [String]) {
        var pattern = parts
        if parts.count > 2 || method == .delete { pattern.replaceSubrange(1..<max(2, parts.count - 1), with: ["*"]) }
        let call = "\(method) \(pattern.joined(separator: "/"))"
        calls.withLock { $0[call, default: 0] += 1 }
    }

    private func create(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 8 << 20)
        let creation = try JSONDecoder().decode(Creation.self, from: Data(body.readableBytesView))
        if createLatency > .zero { try await Task.sleep(for: createLatency) }
        let id = try containers.create(
            name: request.uri.queryParameters["name"].map(String.init) ?? UUID().uuidString, image: creation.Image,
            labels: creation.Labels ?? [:], words: (creation.Entrypoint ?? []) + (creation.Cmd ?? []))
        return json(["Id": id, "Warnings": [String]()] as [String: Any], status: .created)
    }

    private func labels(_ request: Request) -> [String] {
        guard let text = request.uri.queryParameters["filters"],
            let filters = try? JSONDecoder().decode([String: [String]].self, from: Data(text.utf8))
        else { return [] }
        return filters["label"] ?? []
    }

    private func events() -> Response {
        let events = containers.events()
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: .init { writer in
                // So that the client knows at once that it listens.
                try await writer.write(ByteBuffer(string: "\n"))
                for await event in events { try await writer.write(ByteBuffer(string: event)) }
                try await writer.finish(nil)
            })
    }

    private func json(_ value: Any, status: HTTPResponse.Status = .ok) -> Response {
        let data = (try? JSONSerialization.data(withJSONObject: value)) ?? Data()
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
