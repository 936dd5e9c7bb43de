import HTTPClient

extension DockerClient {
    /// The id of the swarm of which the engine is a manager.
    /// - Throws: `.status(503, …)` when it is a manager of none, or the managers have no leader.
    func swarmID(deadline: Duration = .seconds(10)) async throws(DockerError) -> String {
        struct Cluster: Decodable {
            var id: String

            private enum CodingKeys: String, CodingKey { case id = "ID" }
        }
        return try DockerJSON.decode(
            Cluster.self, try await call("GET", "/swarm", deadline: deadline).body
        ).id
    }

    /// All machines of the swarm.
    func listNodes() async throws(DockerError) -> [SwarmNode] {
        try DockerJSON.decode([SwarmNode].self, try await call("GET", "/nodes", maximumBodyBytes: Self.longList).body)
    }

    /// Swarm gives its lists whole, finished services among them.
    static let longList = 128 << 20
}
