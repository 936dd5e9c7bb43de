extension EventStreamOfTests {
    /// The text of all `output` events.
    public var output: String { events.filter { $0.name == "output" }.compactMap { $0.json["text"].string }.joined() }

    /// The status of the `end` event.
    public var end: String? { events.last { $0.name == "end" }?.json["status"].string }

    /// The bytes of each `dropped` event.
    public var dropped: [Int] { gaps.compactMap { $0["bytes"].int } }
    /// Whether more is missing than `dropped` says.
    public var hasUnknownGap: Bool { gaps.contains { $0["at_least"] == true } }
    private var gaps: [JSONValue] { events.filter { $0.name == "dropped" }.map(\.json) }
}
