import Core

/// A job with all that clients may know of it.
struct JobDetail: Encodable, Sendable {
    let summary: JobSummary
    let labels: [String: String]
    let history: [HistoryEntry]

    private struct RequestedResources: Encodable {
        let resources: Resources

        enum CodingKeys: String, CodingKey {
            case gpus, workers
            case cpuMillicores = "cpu_millicores"
            case memoryMebibytes = "memory_mebibytes"
        }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(resources.cpuMillicores, forKey: .cpuMillicores)
            try fields.encode(resources.memoryMebibytes, forKey: .memoryMebibytes)
            try fields.encode(resources.gpus, forKey: .gpus)
            try fields.encode(resources.workers, forKey: .workers)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case words, resources, input, output, environment, labels, object, waiting, history
    }

    func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var fields = encoder.container(keyedBy: CodingKeys.self)
        let request = summary.submission.request
        try fields.encode(request.command, forKey: .words)
        try fields.encode(RequestedResources(resources: request.resources), forKey: .resources)
        try fields.encode(request.input.text, forKey: .input)
        try fields.encode(request.output.text, forKey: .output)
        // Values may be secrets.
        try fields.encode(request.environment.map { String($0.key) }, forKey: .environment)
        try fields.encode(labels, forKey: .labels)
        try fields.encode(summary.submission.placement?.object.text, forKey: .object)
        try fields.encode(summary.waiting, forKey: .waiting)
        try fields.encode(history, forKey: .history)
    }
}
