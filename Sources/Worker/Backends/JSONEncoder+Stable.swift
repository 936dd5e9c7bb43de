import FoundationEssentials

extension JSONEncoder {
    /// Writes what schedulers read: the same bytes for the same value, and slashes as they are.
    static var stable: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
