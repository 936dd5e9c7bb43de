import HTTPClient

extension DockerClient {
    /// Creates a container, which does not run yet.
    /// - Throws: `.status(404, …)` without the image, `.status(409, …)` when the name is taken,
    ///   `.status(400, …)` or, from Podman, `.status(500, …)` for a mount whose source does not exist.
    func createContainer(
        name: String, _ creation: ContainerCreation
    ) async throws(DockerError) -> CreatedContainer {
        let body = try DockerJSON.encode(creation)
        let response = try await call("POST", "/containers/create", query: [("name", name)], body: body)
        return try DockerJSON.decode(CreatedContainer.self, response.body)
    }

    /// Starts a container, once: also one that has run and exited.
    /// - Returns: false when it was running already.
    /// - Throws: `.unclear` when it may or may not have been started.
    @discardableResult
    func startContainer(_ nameOrID: String, deadline: Duration) async throws(DockerError) -> Bool {
        try await call("POST", path(nameOrID, "/start"), deadline: deadline).status != 304
    }

    /// Gives a container another name.
    func renameContainer(_ id: String, to newName: String) async throws(DockerError) {
        _ = try await call("POST", path(id, "/rename"), query: [("name", newName)])
    }

    /// What the engine knows about a container.
    /// - Throws: `.status(404, …)` when there is none.
    func inspectContainer(_ nameOrID: String) async throws(DockerError) -> ContainerInspection {
        try DockerJSON.decode(ContainerInspection.self, try await call("GET", path(nameOrID, "/json")).body)
    }

    /// The containers that carry all of the labels, newest first.
    /// - Parameters:
    ///   - all: also those that do not run.
    ///   - labels: `name` or `name=value`.
    ///   - limit: only so many of the newest.
    func listContainers(
        all: Bool, labels: [String] = [], limit: Int? = nil
    ) async throws(DockerError) -> [ContainerSummary] {
        var query = [(name: "all", value: all ? "true" : "false")]
        if !labels.isEmpty { query.append(("filters", try DockerJSON.filters(["label": labels]))) }
        if let limit { query.append(("limit", "\(limit)")) }
        return try DockerJSON.decode(
            [ContainerSummary].self, try await call("GET", "/containers/json", query: query).body)
    }

    /// Removes a container.
    /// - Parameters:
    ///   - force: kills it first when it runs.
    ///   - volumes: also its anonymous volumes.
    /// - Throws: `.status(404, …)` when there is none, `.status(409, …)` when it runs or its removal is in progress.
    func removeContainer(_ id: String, force: Bool, volumes: Bool) async throws(DockerError) {
        let query = [(name: "force", value: "\(force)"), (name: "v", value: "\(volumes)")]
        _ = try await call("DELETE", path(id, ""), query: query, deadline: .seconds(60))
    }

    /// Sends a signal to a container.
    /// - Throws: `.status(409, …)` when it does not run.
    func killContainer(_ id: String, signal: String = "SIGKILL") async throws(DockerError) {
        _ = try await call("POST", path(id, "/kill"), query: [("signal", signal)])
    }

    private func path(_ nameOrID: String, _ rest: String) -> String {
        "/containers/\(HTTPRequest.percentEncoded(nameOrID))\(rest)"
    }
}
