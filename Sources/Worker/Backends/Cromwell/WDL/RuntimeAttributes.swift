import Core

/// A job's runtime attributes: the original's, in its forms, and a few more.
enum RuntimeAttributes {
    /// - Parameters:
    ///   - user: as `CONTAINER_USER` chose it for this job.
    static func make(
        _ request: JobRequest, _ directories: SharedDirectories, settings: CromwellSettings, ignoresLimits: Bool,
        user: Int?, group: Int?
    ) -> [(name: String, value: String)] {
        var attributes = [(name: "docker", value: request.image.text)]
        switch directories {
        case .together(let sharedir): attributes.append(("sharedir", sharedir))
        case .apart(let input, let output): attributes += [("input_dir", input), ("output_dir", output)]
        }
        let resources = request.resources
        if !ignoresLimits {
            if resources.cpuMillicores > 0 { attributes.append(("cpu", cores(resources.cpuMillicores))) }
            if resources.memoryMebibytes > 0 { attributes.append(("memory", megabytes(resources.memoryMebibytes))) }
        }
        attributes += [
            ("gpu_limit", "\(resources.gpus)"), ("number_of_workers", "\(resources.workers)"),
            ("timelimit", "\(settings.timeLimitMinutes)"),
        ]
        if let partition = settings.partition { attributes.append(("slurm_partition", partition)) }
        if let user { attributes.append(("container_user", "\(user)")) }
        if let group { attributes.append(("container_group", "\(group)")) }
        return attributes
    }

    /// Whole cores, rounded up.
    static func cores(_ millicores: Int) -> String { "\((millicores + 999) / 1000)" }

    /// Megabytes of a million bytes, rounded up.
    static func megabytes(_ mebibytes: Int) -> String { "\(((mebibytes << 20) + 999_999) / 1_000_000)M" }
}
