extension PrivateBroker {
    /// How many messages a queue holds, delivered and unacknowledged ones among them, counted by the broker itself; 0 when
    /// there is no such queue.
    public func depth(of queue: String) async throws -> Int {
        let listing = try await control("list_queues", "--quiet", "--no-table-headers", "name", "messages")
        for line in listing.split(separator: "\n") {
            let fields = line.split(separator: "\t")
            if fields.first.map(String.init) == queue, let count = fields.last.flatMap({ Int($0) }) { return count }
        }
        return 0
    }
}
