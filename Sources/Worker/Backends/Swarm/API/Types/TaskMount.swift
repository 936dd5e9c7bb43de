/// A mount of a service's containers.
struct TaskMount: Sendable, Encodable, Equatable {
    enum Kind: Sendable, Equatable {
        /// A directory of the node, which must exist. Swarm reads templates in its path.
        case bind(source: String)
        /// Memory, of so many bytes or of what there is, in which everybody may write.
        case memory(bytes: Int64?)
    }

    var kind: Kind
    /// A path of the container.
    var target: String
    var isReadOnly = false

    private enum Key: String, CodingKey {
        case kind = "Type"
        case source = "Source"
        case target = "Target"
        case isReadOnly = "ReadOnly"
        case memory = "TmpfsOptions"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(target, forKey: .target)
        switch kind {
        case .bind(let source):
            try values.encode("bind", forKey: .kind)
            try values.encode(source, forKey: .source)
            try values.encode(isReadOnly, forKey: .isReadOnly)
        case .memory(let bytes):
            try values.encode("tmpfs", forKey: .kind)
            // A directory like /tmp: everybody's, and only who made a file removes it.
            var options: [String: Int64] = ["Mode": 0o1777]
            options["SizeBytes"] = bytes
            try values.encode(options, forKey: .memory)
        }
    }
}
