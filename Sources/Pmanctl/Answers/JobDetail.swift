/// One job with its history.
struct JobDetail: Decodable, Sendable {
    struct Resources: Decodable, Sendable {
        let cpu_millicores: Int
        let memory_mebibytes: Int
        let gpus: Int
        let workers: Int
    }

    struct Waiting: Decodable, Sendable {
        let reason: String
        let text: String
        let position: Int?
        let head_age_seconds: Double?
    }

    let summary: JobSummary
    let generation: Int
    let resources: Resources
    let input: String?
    let output: String?
    let environment: [String]
    let labels: [String: String]
    let object: String?
    let waiting: Waiting?
    let history: [HistoryEntry]

    private enum CodingKeys: String, CodingKey {
        case generation, resources, input, output, environment, labels, object, waiting, history
    }

    init(from decoder: any Decoder) throws {
        summary = try JobSummary(from: decoder)
        let values = try decoder.container(keyedBy: CodingKeys.self)
        generation = try values.decode(Int.self, forKey: .generation)
        resources = try values.decode(Resources.self, forKey: .resources)
        input = try values.decodeIfPresent(String.self, forKey: .input)
        output = try values.decodeIfPresent(String.self, forKey: .output)
        environment = try values.decode([String].self, forKey: .environment)
        labels = try values.decode([String: String].self, forKey: .labels)
        object = try values.decodeIfPresent(String.self, forKey: .object)
        waiting = try values.decodeIfPresent(Waiting.self, forKey: .waiting)
        history = try values.decode([HistoryEntry].self, forKey: .history)
    }

    /// What `submit --wait` ends with: the job's own exit code where it failed with one.
    var exitCode: Int32 {
        if summary.status.text == "finishedSuccessfully" { return 0 }
        guard let code = summary.exit_code, (1...255).contains(code) else { return ExitReason.failure.rawValue }
        return Int32(code)
    }
}
