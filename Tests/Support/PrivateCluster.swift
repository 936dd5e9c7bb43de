/// Three real RabbitMQ nodes in one cluster, as compose/cluster.yml has them.
public final class PrivateCluster: Sendable {
    public let nodes: [PrivateBroker]

    public init(_ options: PrivateBrokerOptions = .init()) throws {
        let first = try PrivateBroker(options)
        nodes = [first] + (try (0..<2).map { _ in try PrivateBroker(options, besides: first) })
    }

    /// All nodes' addresses, the first one's first.
    public var url: String { nodes.map(\.url).joined(separator: ",") }

    /// Returns when all three have found each other.
    public func start() async throws {
        let names = nodes.map(\.nodeName)
        try await withThrowingTaskGroup { group in
            for node in nodes { group.addTask { try await node.start(cluster: names) } }
            try await group.waitForAll()
        }
        try await eventually(within: .seconds(60), "the nodes form a cluster") {
            let members = try await nodes[0].control("eval", "length(rabbit_mnesia:cluster_nodes(running)).")
            return members.contains("3")
        }
    }

    /// Starts a node again that was killed.
    public func restart(_ node: PrivateBroker) async throws { try await node.start(cluster: nodes.map(\.nodeName)) }

    public func stop() { for node in nodes.reversed() { node.stop() } }
}
