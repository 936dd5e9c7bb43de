import Core
import Program

/// How jobs are run, on whatever backend.
struct JobSettings: Sendable {
    let storageType: StorageType?
    let storeBase: String?
    let volumeName: String?
    /// Label key and value of pfcon's container.
    let pfconSelector: String
    let user: ContainerUser
    let homeWorkaround: Bool
    let sharedMemoryMebibytes: Int?
    let labels: [String: String]
    let tailLines: Int
    let tailBytes: Int
    let ignoreLimits: Bool
    let hardMemoryLimit: Bool
    let policy: JobPolicy

    init(_ reader: SettingsReader, _ backend: Backend) throws(SettingFailure) {
        policy = try JobPolicy(reader, backend)
        storageType = try reader.parse(WorkerVariables.storageType) { text throws(InvalidValue) in
            guard let type = StorageType(rawValue: text) else {
                throw InvalidValue("must be host, docker_local_volume or kubernetes_pvc")
            }
            return type
        }
        storeBase = try reader.parse(WorkerVariables.storeBase) { text throws(InvalidValue) in
            guard text.hasPrefix("/") else { throw InvalidValue("must be an absolute path") }
            return text
        }
        volumeName = reader.text(WorkerVariables.volumeName)
        if storeBase != nil, volumeName != nil {
            throw SettingFailure("STOREBASE", "conflicts with VOLUME_NAME: set one of the two")
        }
        pfconSelector = reader.text(WorkerVariables.pfconSelector) ?? ""
        user =
            try reader.parse(WorkerVariables.containerUser) { text throws(InvalidValue) in
                try ContainerUser(text)
            } ?? ContainerUser()
        homeWorkaround = try reader.bool(WorkerVariables.homeWorkaround)
        sharedMemoryMebibytes = try reader.integer(WorkerVariables.sharedMemorySize, in: 1...1 << 20)
        labels = try reader.pairs(WorkerVariables.jobLabels)
        if let ours = labels.keys.first(where: { $0.hasPrefix(JobLabels.namespace) }) {
            throw SettingFailure("JOB_LABELS", "must not set \(ours.forMessage), which is pman's own")
        }
        tailLines = try reader.integer(WorkerVariables.logsTail, in: 0...1_000_000) ?? 1000
        tailBytes = try reader.integer(WorkerVariables.logsMaximumBytes, in: 1...16 << 20) ?? 262_144
        ignoreLimits = try reader.bool(WorkerVariables.ignoreLimits)
        hardMemoryLimit = try reader.bool(WorkerVariables.memoryLimit)
    }
}

/// Where job data lives.
enum StorageType: String, Sendable {
    case host
    case dockerLocalVolume = "docker_local_volume"
    case kubernetesPVC = "kubernetes_pvc"
}
