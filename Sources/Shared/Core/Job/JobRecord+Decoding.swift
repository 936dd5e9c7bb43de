extension JobRecord {
    /// Reads a record that a gateway stored or sent.
    /// - Throws: `DecodingError` also for one that no fold can have made, which would lead every fold after it astray.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = try container.decode(JobKey.self, forKey: .key)
        deletedGeneration = try container.decode(Int.self, forKey: .deletedGeneration)
        deletedAt = try container.decodeIfPresent(LogOffset.self, forKey: .deletedAt)
        current = try container.decodeIfPresent(Submission.self, forKey: .current)
        leftovers = try container.decode([Leftover].self, forKey: .leftovers)

        guard (0...SubmissionID.maximumGeneration).contains(deletedGeneration) else {
            throw DecodingError.dataCorruptedError(
                forKey: .deletedGeneration, in: container, debugDescription: "there is no such generation")
        }
        guard leftovers.allSatisfy({ $0.submission.key == key }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .leftovers, in: container, debugDescription: "one is of another job")
        }
        if let current {
            guard current.id.key == key, current.id.generation > deletedGeneration else {
                throw DecodingError.dataCorruptedError(
                    forKey: .current, in: container, debugDescription: "is of another job or already deleted")
            }
            _ = try current.request.checked(isFor: current.id)
        }
    }
}
