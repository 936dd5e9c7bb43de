import FoundationEssentials

/// A batch job to be submitted.
struct SlurmSubmission: Sendable, Hashable, Codable {
    var name: String
    var comment: String
    /// The batch script itself.
    var script: String
    /// Where the script's output goes; Slurm reads `%` and `\` in it.
    var outputFile: String
    var isHeld = true
    /// How many nodes, with one task on each.
    var nodes = 1
    var cpusPerTask: Int?
    /// MiB.
    var memoryPerNode: Int?
    var gpusPerNode = 0
    var timeLimitMinutes: Int?
    var partition: String?
    var account: String?
    var qos: String?

    /// What the script finds in its environment beside Slurm's own variables; it needs at least one.
    static let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]

    /// The body of `POST /job/submit`.
    ///
    /// v0.0.38: https://slurm.schedmd.com/archive/slurm-22.05-latest/rest_api.html#v0.0.38JobProperties; what differs
    /// later is in the release notes of the API: https://slurm.schedmd.com/rest.html
    func body(for version: SlurmVersion) throws(SlurmError) -> [UInt8] {
        let job = Job(submission: self, version: version)
        do {
            return Array(try JSONEncoder.stable.encode(Body(job: job, script: version.hasScriptInJob ? nil : script)))
        } catch {
            throw .malformed("\(error)")
        }
    }

    private struct Body: Encodable {
        let job: Job
        let script: String?
    }

    private struct Job: Encodable {
        let submission: SlurmSubmission
        let version: SlurmVersion

        private enum CodingKeys: String, CodingKey {
            case name, comment, hold, requeue, tasks, nodes, gres, partition, account, qos, environment, script
            case outputFile = "standard_output"
            case openMode = "open_mode"
            case directory = "current_working_directory"
            case tasksPerNode = "tasks_per_node"
            case cpusPerTask = "cpus_per_task"
            case memoryPerNode = "memory_per_node"
            case tresPerNode = "tres_per_node"
            case timeLimit = "time_limit"
        }

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            let job = submission
            try values.encode(job.name, forKey: .name)
            try values.encode(job.comment, forKey: .comment)
            try values.encode(job.isHeld, forKey: .hold)
            // Slurm 22.05 accepts this and takes no notice: the script itself makes sure that it runs once.
            try values.encode(false, forKey: .requeue)
            try values.encode("/", forKey: .directory)
            try values.encode(job.outputFile, forKey: .outputFile)
            // A second run must not truncate the first one's output.
            try values.encode("append", forKey: .openMode)
            try values.encode(job.nodes, forKey: .tasks)
            try values.encode(1, forKey: .tasksPerNode)
            try values.encodeIfPresent(job.cpusPerTask, forKey: .cpusPerTask)
            try values.encodeIfPresent(number(job.memoryPerNode), forKey: .memoryPerNode)
            try values.encodeIfPresent(number(job.timeLimitMinutes), forKey: .timeLimit)
            try values.encodeIfPresent(job.partition, forKey: .partition)
            try values.encodeIfPresent(job.account, forKey: .account)
            try values.encodeIfPresent(job.qos, forKey: .qos)
            if version.hasDataParser {
                try values.encode("\(job.nodes)", forKey: .nodes)
                try values.encode(SlurmSubmission.environment.map { "\($0.key)=\($0.value)" }, forKey: .environment)
                if job.gpusPerNode > 0 { try values.encode("gres/gpu:\(job.gpusPerNode)", forKey: .tresPerNode) }
            } else {
                try values.encode([job.nodes, job.nodes], forKey: .nodes)
                try values.encode(SlurmSubmission.environment, forKey: .environment)
                if job.gpusPerNode > 0 { try values.encode("gpu:\(job.gpusPerNode)", forKey: .gres) }
            }
            if version.hasScriptInJob { try values.encode(job.script, forKey: .script) }
        }

        private func number(_ value: Int?) -> SlurmNumberField? {
            value.map { SlurmNumberField(value: $0, isObject: version.hasDataParser) }
        }
    }
}
