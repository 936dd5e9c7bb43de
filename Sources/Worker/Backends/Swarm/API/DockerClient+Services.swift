import Core
import HTTPClient

extension DockerClient {
    /// Creates a service.
    /// - Parameter registryAuthentication: the value of `X-Registry-Auth`, which Swarm hands to the nodes.
    /// - Returns: its id.
    /// - Throws: `.status(409, …)` when the name is taken, `.status(400, …)` for what Swarm does not accept.
    func createService(
        _ specification: ServiceSpecification, registryAuthentication: String?
    ) async throws(DockerError) -> String {
        struct Created: Decodable {
            var id: String

            private enum CodingKeys: String, CodingKey { case id = "ID" }
        }
        let headers = registryAuthentication.map { [(name: "X-Registry-Auth", value: $0)] } ?? []
        let response = try await call(
            "POST", "/services/create", body: try DockerJSON.encode(specification), headers: headers)
        return try DockerJSON.decode(Created.self, response.body).id
    }

    /// What Swarm knows about a service.
    /// - Throws: `.status(404, …)` when there is none.
    func inspectService(_ id: String) async throws(DockerError) -> SwarmService {
        try DockerJSON.decode(SwarmService.self, try await call("GET", path(id, "")).body)
    }

    /// Replaces a service's specification. The registry credentials that it was created with stay.
    /// - Parameter version: what is replaced; any other is refused.
    /// - Throws: `.status(404, …)` when there is none, `.status(500, "… update out of sequence")` when somebody was
    ///   faster, `.unclear` when it may or may not have been done.
    func updateService(_ id: String, version: Int, _ specification: JSONValue) async throws(DockerError) {
        let query = [(name: "version", value: "\(version)"), (name: "registryAuthFrom", value: "spec")]
        _ = try await call("POST", path(id, "/update"), query: query, body: try DockerJSON.encode(specification))
    }

    /// Takes a service out of the list; its containers end after that.
    /// - Throws: `.status(404, …)` when there is none.
    func removeService(_ id: String) async throws(DockerError) {
        _ = try await call("DELETE", path(id, ""))
    }

    /// The services that carry all of the labels, `name` or `name=value`.
    func listServices(labels: [String]) async throws(DockerError) -> [SwarmService] {
        let query = [(name: "filters", value: try DockerJSON.filters(["label": labels]))]
        return try DockerJSON.decode(
            [SwarmService].self,
            try await call("GET", "/services", query: query, maximumBodyBytes: Self.longList).body)
    }

    /// The tasks of services that carry all of the labels, also of services that are being removed.
    /// - Parameter onlyActive: those that Swarm wants to run.
    func listTasks(labels: [String], onlyActive: Bool = false) async throws(DockerError) -> [SwarmTask] {
        var filters = ["label": labels]
        if onlyActive { filters["desired-state"] = ["running"] }
        return try await listTasks(filters)
    }

    /// The tasks of one service.
    /// - Throws: `.status(404, …)` when there is no such service.
    func listTasks(service: String) async throws(DockerError) -> [SwarmTask] {
        try await listTasks(["service": [service]])
    }

    private func listTasks(_ filters: [String: [String]]) async throws(DockerError) -> [SwarmTask] {
        let query = [(name: "filters", value: try DockerJSON.filters(filters))]
        return try DockerJSON.decode(
            [SwarmTask].self, try await call("GET", "/tasks", query: query, maximumBodyBytes: Self.longList).body)
    }

    /// The output of all of a service's tasks, as far as their nodes answer; without a terminal.
    /// - Parameters:
    ///   - tail: the last so many lines of each.
    ///   - follow: goes on with what is written from now on.
    ///   - deadline: for the whole: Swarm waits for nodes that do not answer (moby#31999, moby#38640).
    func serviceLogs(_ id: String, tail: Int, follow: Bool = false, deadline: Duration?) -> DockerLogs {
        let query = [
            (name: "stdout", value: "true"), (name: "stderr", value: "true"), (name: "timestamps", value: "false"),
            (name: "follow", value: "\(follow)"), (name: "tail", value: "\(tail)"),
        ]
        return DockerLogs(
            client: self, request: DockerStreamRequest(path: path(id, "/logs"), query: query, deadline: deadline),
            isTTY: false)
    }

    private func path(_ id: String, _ rest: String) -> String { "/services/\(HTTPRequest.percentEncoded(id))\(rest)" }
}
