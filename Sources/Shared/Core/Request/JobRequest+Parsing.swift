extension JobRequest {
    /// Parses a request body for `backend`.
    /// - Throws: `RequestFailure` with every bad field at once, as the original answers.
    public init(parsing body: JSONValue, for backend: Backend) throws(RequestFailure) {
        guard case .object(let object) = body else {
            throw .body("The request body must be a JSON object")
        }
        var fields = RequestFields(object)
        let job = fields.string("jid") { text throws(InvalidValue) in
            let job = try JobID(String(text.drop { $0 == "/" }))
            try backend.check(job)
            return job
        }
        let arguments = fields.strings("args", missing: RequestFields.missingInBody)
        let user = fields.string("auid") { text throws(InvalidValue) in
            guard !text.utf8.contains(0) else { throw InvalidValue("must not have NUL characters in it") }
            return text
        }
        // Docker has words of its own for any number but one.
        let workers = fields.integer(
            "number_of_workers", in: 1...Resources.maximumWorkers, accepting: Int.min...Int.max)
        let cpu = fields.integer("cpu_limit", in: 0...Resources.maximumCPUMillicores)
        let memory = fields.integer("memory_limit", in: 0...Resources.maximumMemoryMebibytes)
        let gpus = fields.integer("gpu_limit", in: 0...Resources.maximumGPUs)
        let image = fields.string("image") { text throws(InvalidValue) in try ImageReference(text) }
        let entrypoint =
            fields.emptyEntrypoint ? [] : fields.strings("entrypoint", missing: RequestFields.missingInBody)
        let type = fields.string("type") { text throws(InvalidValue) in
            guard let type = PluginType(rawValue: text) else {
                throw InvalidValue("\(text.forMessage) is not a valid choice")
            }
            return type
        }
        let input = fields.string("input_dir") { text throws(InvalidValue) in try StoragePath(text) }
        let output = fields.string("output_dir") { text throws(InvalidValue) in try StoragePath(text) }
        let pathFlags = fields.strings("args_path_flags", missing: nil)
        let environment = fields.environment()
        if !fields.failures.isEmpty { throw .fields(fields.failures) }
        guard let job, let arguments, let user, let workers, let cpu, let memory, let gpus, let image, let entrypoint,
            let type, let input, let output, let pathFlags, let environment
        else { throw .body("The request body could not be read") }

        guard !entrypoint.isEmpty else { throw .body("\"entrypoint\" cannot be empty") }
        guard let entries = environment else { throw .body("\"env\" must be a list of \"key=value\" strings") }
        if !backend.allowsSeveralWorkers, workers != 1 {
            throw .body("Compute environment only supports number_of_workers=1, got number_of_workers=\(workers)")
        }
        guard (1...Resources.maximumWorkers).contains(workers) else {
            throw .fields(["number_of_workers": RequestFields.outside(1...Resources.maximumWorkers)])
        }
        self.init(
            job: job, user: user, image: image, entrypoint: entrypoint, arguments: arguments, pathFlags: pathFlags,
            type: type, input: input, output: output, environment: entries,
            resources: Resources(cpuMillicores: cpu, memoryMebibytes: memory, gpus: gpus, workers: workers))
    }
}
