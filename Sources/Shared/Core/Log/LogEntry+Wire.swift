extension LogEntry {
    /// The version of the log's format that this program writes.
    public static let formatVersion = 1

    /// The AMQP `type` property.
    public var kind: String { event.wireKind.rawValue }

    /// The `type` property of a snapshot, which most readers pass over.
    public static var snapshotKind: String { WireKind.snapshot.rawValue }

    /// - Throws: `EncodingError`, which needs a value that JSON cannot hold; none of ours can.
    public func encoded() throws -> [UInt8] {
        var wire = WireEntry(version: Self.formatVersion, id: id, log: log, at: writtenAt, kind: kind)
        wire.by = by
        wire.fill(from: event)
        return try JSONMessage.encode(wire)
    }

    /// Reads an entry.
    /// - Returns: nil when it is of a kind or version that a newer program writes: keep it raw.
    /// - Throws: `DecodingError` when it is not an entry at all.
    public static func decode(_ bytes: [UInt8]) throws -> LogEntry? {
        let wire: WireEntry
        do {
            wire = try JSONMessage.decode(WireEntry.self, from: bytes)
        } catch {
            // What a newer program writes may have fields of another shape; only its head must be readable.
            let head = try JSONMessage.decode(WireHead.self, from: bytes)
            if head.version > formatVersion || head.version > 0 && WireKind(rawValue: head.kind) == nil { return nil }
            throw error
        }
        guard wire.version <= formatVersion else { return nil }
        guard wire.version > 0 else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "there is no such version"))
        }
        guard let kind = WireKind(rawValue: wire.kind) else { return nil }
        return LogEntry(id: wire.id, log: wire.log, writtenAt: wire.at, event: try wire.event(of: kind), by: wire.by)
    }
}
