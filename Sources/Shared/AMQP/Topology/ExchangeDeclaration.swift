/// An exchange that must exist.
public struct ExchangeDeclaration: Sendable, Hashable {
    public var name: String
    /// `fanout`, `direct` or `topic`.
    public var kind: String
    /// Survives a restart of the broker.
    public var durable: Bool
    /// Deleted when its last binding goes.
    public var autoDelete: Bool

    public init(name: String, kind: String, durable: Bool = true, autoDelete: Bool = false) {
        self.name = name
        self.kind = kind
        self.durable = durable
        self.autoDelete = autoDelete
    }
}
