import Core
import HTTPClient
import Program

/// What jobs on Slurm need to know beside what every job's settings say.
struct SlurmSettings: Sendable {
    let endpoint: HTTPEndpoint
    let token: SlurmToken?
    let userName: String?
    let storeBase: String
    let logDirectory: String
    let command: ContainerCommand
    let partition: String?
    let account: String?
    let qos: String?
    let timeLimitMinutes: Int?

    /// Slurm's own bound on a job's comment, in bytes (`MAX_COMMENT_LEN`), less what pman's labels need at most.
    private static let maximumLabelBytes = 300

    init(_ reader: SettingsReader, _ job: JobSettings) throws(SettingFailure) {
        token = reader.text(SlurmVariables.tokenFile).map { SlurmToken(file: $0) }
        userName = try reader.parse(SlurmVariables.userName, Self.plainName)
        endpoint = try reader.required(SlurmVariables.restURL, Self.endpoint)
        if case .url = endpoint.address {
            guard token != nil else {
                throw SettingFailure("SLURM_JWT_FILE", "is needed with http(s):// in SLURM_REST_URL")
            }
        }
        if token != nil, userName == nil {
            throw SettingFailure("SLURM_USER_NAME", "is needed with SLURM_JWT_FILE: the user whose token it is")
        }
        partition = try reader.parse(SlurmVariables.partition, Self.plainName)
        account = try reader.parse(SlurmVariables.account, Self.plainName)
        qos = try reader.parse(SlurmVariables.qos, Self.plainName)
        timeLimitMinutes = try reader.integer(WorkerVariables.timeLimit, in: 1...1_000_000)
        storeBase = try Self.storage(job)
        let images = try reader.parse(SlurmVariables.imageDirectory, Self.plainDirectory)
        command = try reader.required(SlurmVariables.containerCommand) { text throws(InvalidValue) in
            try ContainerCommand(text, imageDirectory: images)
        }
        let directory = try reader.parse(SlurmVariables.logDirectory, Self.plainDirectory)
        logDirectory = if let directory { directory } else { try Self.defaultLogDirectory(storeBase) }
        try Self.check(job, command)
    }

    private static func storage(_ job: JobSettings) throws(SettingFailure) -> String {
        guard job.storageType == .host else {
            throw SettingFailure(
                "STORAGE_TYPE",
                "must be host with CONTAINER_ENV=slurm, with STOREBASE as a directory that every node sees")
        }
        guard let base = job.storeBase else {
            throw SettingFailure(
                "STOREBASE",
                "is needed with CONTAINER_ENV=slurm: the directory, seen by every node, that holds job data")
        }
        return base
    }

    /// What cannot be honoured is refused, never passed over.
    private static func check(_ job: JobSettings, _ command: ContainerCommand) throws(SettingFailure) {
        if job.user.user != nil, !command.takes(.user) {
            throw SettingFailure(
                "CONTAINER_USER",
                "cannot be honoured: Slurm runs jobs as the user that submits them, and this SLURM_CONTAINER_COMMAND "
                    + "has no {uid}; leave it empty, or use charliecloud or podman")
        }
        if job.user.group != nil, !command.takes(.group) {
            throw SettingFailure(
                "CONTAINER_USER", "must have no group: this SLURM_CONTAINER_COMMAND has no {gid}")
        }
        if job.sharedMemoryMebibytes != nil, !command.takes(.sharedMemory) {
            throw SettingFailure(
                "SHM_SIZE",
                "cannot be honoured: this SLURM_CONTAINER_COMMAND has no {shm}, so that /dev/shm is as the node has it")
        }
        let labelBytes = job.labels.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 6 }
        guard labelBytes <= maximumLabelBytes else {
            throw SettingFailure(
                "JOB_LABELS", "must not be longer than \(maximumLabelBytes) bytes: Slurm keeps them in a job's comment")
        }
    }

    private static func endpoint(_ text: String) throws(InvalidValue) -> HTTPEndpoint {
        if text.hasPrefix("unix:///") { return HTTPEndpoint(unixSocket: String(text.dropFirst(7))) }
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw InvalidValue("must be unix:///path or http(s)://host:port")
        }
        return HTTPEndpoint(url: text)
    }

    private static func defaultLogDirectory(_ storeBase: String) throws(SettingFailure) -> String {
        var base = storeBase
        while base.count > 1, base.hasSuffix("/") { base.removeLast() }
        do {
            return try plainDirectory(base + "/.pman-slurm")
        } catch {
            throw SettingFailure(
                "SLURM_LOG_DIRECTORY", "is needed, because STOREBASE has characters that it must not have: \(error)")
        }
    }

    /// A path that every container runtime and Slurm itself take as it is.
    private static func plainDirectory(_ text: String) throws(InvalidValue) -> String {
        guard text.hasPrefix("/"), text.utf8.count <= 1000, isPlain(text, and: "/._-+@") else {
            throw InvalidValue("must be an absolute path of letters, digits and any of /._-+@")
        }
        var path = text
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    private static func plainName(_ text: String) throws(InvalidValue) -> String {
        guard text.utf8.count <= 200, isPlain(text, and: "._-,@+") else {
            throw InvalidValue("must have letters, digits and any of ._-,@+ only")
        }
        return text
    }

    private static func isPlain(_ text: String, and more: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal)
                || more.unicodeScalars.contains(scalar)
        }
    }
}
