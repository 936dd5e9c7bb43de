/// One submission of a job: a job id can be used again after DELETE, and events of an old submission must not
/// touch the new one.
public struct SubmissionID: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The highest generation that is read from outside: far beyond any use, and one more is still an integer.
    public static let maximumGeneration = 1 << 53

    public let key: JobKey
    /// The last deleted generation of this job id plus one, as the submitting gateway saw it; begins at 1.
    public let generation: Int
    /// Random, so that two gateways that submit the same generation at once are told apart.
    public let nonce: Nonce

    public init(key: JobKey, generation: Int, nonce: Nonce) {
        self.key = key
        self.generation = generation
        self.nonce = nonce
    }

    public var description: String { "\(key)#\(label)" }

    /// The value of the label `org.chrisproject.pman.submission`.
    public var label: String { "\(generation)-\(nonce)" }

    /// Reads a label back; nil when it is none of ours.
    public init?(key: JobKey, label: String) {
        let parts = label.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let generation = Int(parts[0]), Self.generations.contains(generation),
            let nonce = try? Nonce(String(parts[1]))
        else { return nil }
        self.init(key: key, generation: generation, nonce: nonce)
        // A zero or a sign too many would make another object's label look like ours.
        guard self.label == label else { return nil }
    }

    private static let generations = 1...maximumGeneration

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = try container.decode(JobKey.self, forKey: .key)
        generation = try container.decode(Int.self, forKey: .generation)
        nonce = try container.decode(Nonce.self, forKey: .nonce)
        guard Self.generations.contains(generation) else {
            throw DecodingError.dataCorruptedError(
                forKey: .generation, in: container, debugDescription: "must be from 1 to \(Self.maximumGeneration)")
        }
    }
}
