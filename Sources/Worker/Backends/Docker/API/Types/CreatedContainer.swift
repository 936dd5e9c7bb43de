/// What the engine answers to a creation.
struct CreatedContainer: Sendable, Decodable, Equatable {
    var id: String
    /// What the engine could not do as asked.
    var warnings: [String]

    private enum Key: String, CodingKey {
        case id = "Id"
        case warnings = "Warnings"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        id = try values.decode(String.self, forKey: .id)
        warnings = values.tolerant(.warnings, or: [])
    }
}
