/// A number as Slurm's API writes it: plain up to v0.0.38, `{"set": true, "infinite": false, "number": 5}` later; null
/// or `"set": false` when there is none.
struct SlurmNumber: Sendable, Decodable, Hashable {
    let value: Int?

    private enum CodingKeys: String, CodingKey { case set, infinite, number }

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: CodingKeys.self) {
            let isSet = object.tolerant(.set, or: true) && !object.tolerant(.infinite, or: false)
            value = isSet ? object.tolerant(.number) : nil
        } else {
            value = try? decoder.singleValueContainer().decode(Int.self)
        }
    }
}

/// A number as it is sent, in the form of the server's API version.
struct SlurmNumberField: Sendable, Encodable, Hashable {
    let value: Int
    let isObject: Bool

    private enum CodingKeys: String, CodingKey { case set, number }

    func encode(to encoder: any Encoder) throws {
        if isObject {
            var object = encoder.container(keyedBy: CodingKeys.self)
            try object.encode(true, forKey: .set)
            try object.encode(value, forKey: .number)
        } else {
            var single = encoder.singleValueContainer()
            try single.encode(value)
        }
    }
}
