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
            try await runningNodes(seenBy: nodes[0]) == nodes.count
        }
    }

    /// Starts a node again that was killed.
    public func restart(_ node: PrivateBroker) async throws { try await node.start(cluster: nodes.map(\.nodeName)) }

    /// Cuts a node off from the others, not from its clients: neither side accepts a connection of the other any more.
    public func cutOff(_ node: PrivateBroker) async throws {
        let others = nodes.filter { $0 !== node }
        for other in others {
            try await node.trust(other, with: "cut")
            try await other.trust(node, with: "cut")
        }
        for other in others { try await node.control("eval", "erlang:disconnect_node('\(other.nodeName)').") }
    }

    /// Ends what `cutOff` did.
    public func mend(_ node: PrivateBroker) async throws {
        for other in nodes where other !== node {
            try await node.trust(other, with: node.cookie)
            try await other.trust(node, with: node.cookie)
        }
        try await eventually(within: .seconds(60), "the node is one of the cluster again") {
            guard try await runningNodes(seenBy: node) == nodes.count else { return false }
            return try await node.isServing()
        }
    }

    /// How many nodes of the cluster run, as one of them sees it.
    public func runningNodes(seenBy node: PrivateBroker) async throws -> Int? {
        let answer = try await node.control("eval", "length(rabbit_mnesia:cluster_nodes(running)).")
        return Int(answer.split(separator: "\n").last ?? "")
    }

    public func stop() { for node in nodes.reversed() { node.stop() } }
}
