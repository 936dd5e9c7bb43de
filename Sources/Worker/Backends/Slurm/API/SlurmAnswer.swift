import FoundationEssentials

/// What every answer of slurmrestd holds beside what was asked for.
struct SlurmAnswer: Sendable, Decodable {
    struct Failure: Sendable, Decodable {
        let number: Int
        let message: String

        // v0.0.38 writes `error_code` where a job is submitted, `error_number` elsewhere.
        private enum CodingKeys: String, CodingKey {
            case number = "error_number"
            case code = "error_code"
            case error, description
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            number = values.tolerant(.number) ?? values.tolerant(.code) ?? -1
            let texts: [String] = [values.tolerant(.error), values.tolerant(.description)].compactMap { $0 }
            message = texts.filter { !$0.isEmpty }.joined(separator: ": ")
        }
    }

    let failures: [Failure]
    /// The cluster's name; newer versions say it in each answer.
    let cluster: String?

    private enum CodingKeys: String, CodingKey { case errors, meta }
    private enum MetaKeys: String, CodingKey { case slurm }
    private enum SlurmKeys: String, CodingKey { case cluster }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        failures = values.tolerant(.errors, or: [])
        let meta = try? values.nestedContainer(keyedBy: MetaKeys.self, forKey: .meta)
        let slurm = try? meta?.nestedContainer(keyedBy: SlurmKeys.self, forKey: .slurm)
        let name: String? = slurm?.tolerant(.cluster)
        cluster = name.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The answer of `/ping`: which controllers answer.
struct SlurmPings: Sendable, Decodable {
    private struct Controller: Decodable {
        let isUp: Bool

        // `ping` up to v0.0.38, `pinged` up to v0.0.41, `responding` later.
        private enum CodingKeys: String, CodingKey { case ping, pinged, responding }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            let word: String? = values.tolerant(.ping) ?? values.tolerant(.pinged)
            isUp = values.tolerant(.responding) ?? (word?.uppercased() == "UP")
        }
    }

    let isAnyUp: Bool

    private enum CodingKeys: String, CodingKey { case pings }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let controllers: [Controller] = values.tolerant(.pings, or: [])
        isAnyUp = controllers.contains(where: \.isUp)
    }
}

/// The answer to a job that was submitted.
struct SlurmSubmitted: Sendable, Decodable {
    let job: Int?

    private enum CodingKeys: String, CodingKey { case job = "job_id" }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let number: SlurmNumber? = values.tolerant(.job)
        job = number?.value.flatMap { $0 > 0 ? $0 : nil }
    }
}
