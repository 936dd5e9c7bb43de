import HTTPTypes

/// A file of the page as it is compiled into the program.
struct PageFile: Sendable {
    let contentType: String
    let bytes: [UInt8]
    /// Changes when the content does, and is the same on every gateway of a version.
    let entityTag: String

    init(_ contentType: String, _ bytes: [UInt8]) {
        self.contentType = contentType
        self.bytes = bytes
        // FNV-1a: it only has to tell one version of our own files from another.
        let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        entityTag = "\"\(String(hash, radix: 16))\""
    }

    /// Whether a client that sends this `If-None-Match` has it (RFC 9110, section 13.1.2).
    func isKnown(to field: String?) -> Bool {
        guard let field else { return false }
        return field.split(separator: ",").contains { tag in
            let tag = tag.drop { $0 == " " }
            return tag == "*" || tag.hasPrefix(entityTag) || tag.hasPrefix("W/" + entityTag)
        }
    }
}
