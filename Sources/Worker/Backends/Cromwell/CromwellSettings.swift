import Core
import FoundationEssentials
import HTTPClient
import Program

/// The settings of this backend, parsed, and checked against those that every backend has.
struct CromwellSettings: Sendable {
    let endpoint: HTTPEndpoint
    /// Cromwell's URL as an engine's name, without credentials; nil when it cannot be one.
    let engineID: EngineID?
    let timeLimitMinutes: Int
    let partition: String?
    let sharedirOnly: Bool
    let pollInterval: Duration
    /// nil: the watchdog is off.
    let overtimeMinutes: Int?
    let storeBase: String

    init(_ reader: SettingsReader, _ job: JobSettings) throws(SettingFailure) {
        let url = try reader.required(CromwellVariables.url) { text throws(InvalidValue) in try Self.url(text) }
        endpoint = HTTPEndpoint(url: url)
        engineID = Self.engineID(url)
        guard let minutes = try reader.integer(WorkerVariables.timeLimit, in: 1...Self.maximumMinutes) else {
            throw SettingFailure("TIMELIMIT_MINUTES", "is not set: \(WorkerVariables.timeLimit.meaning)")
        }
        timeLimitMinutes = minutes
        partition = try reader.parse(CromwellVariables.partition) { text throws(InvalidValue) in
            guard text.utf8.count <= 200, text.utf8.allSatisfy({ SharedDirectories.isSafe($0) || $0 == 0x2C }) else {
                throw InvalidValue("must be a partition's name, or several separated by commas")
            }
            return text
        }
        sharedirOnly = try reader.bool(CromwellVariables.sharedirOnly)
        pollInterval = .seconds(try reader.integer(CromwellVariables.pollInterval, in: 1...3600) ?? 5)
        let overtime = try reader.integer(CromwellVariables.overtime, in: 0...Self.maximumMinutes) ?? 1440
        overtimeMinutes = overtime == 0 ? nil : overtime
        storeBase = try Self.storeBase(job)
        try Self.refuse(job, sharedirOnly: sharedirOnly)
    }

    /// Ten years.
    private static let maximumMinutes = 5_256_000

    private static func url(_ text: String) throws(InvalidValue) -> String {
        let malformed = InvalidValue("must be http(s)://host[:port][/path], for example http://cromwell:8000")
        guard let parts = URL(string: text), let scheme = parts.scheme,
            ["http", "https"].contains(scheme.lowercased()),
            parts.host()?.isEmpty == false, parts.query() == nil, parts.fragment() == nil
        else { throw malformed }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    private static func engineID(_ url: String) -> EngineID? {
        var text = url
        // A password has no place in a queue's name.
        if let scheme = text.firstRange(of: "://"),
            let at = text[scheme.upperBound...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
        {
            text.removeSubrange(scheme.upperBound...at)
        }
        return try? EngineID(text.lowercased())
    }

    private static func storeBase(_ job: JobSettings) throws(SettingFailure) -> String {
        switch job.storageType {
        case .host: break
        case nil:
            throw SettingFailure(
                "STORAGE_TYPE",
                "is not set: with CONTAINER_ENV=cromwell it must be host, and STOREBASE the directory"
                    + " that the compute nodes share")
        case .dockerLocalVolume, .kubernetesPVC:
            throw SettingFailure("STORAGE_TYPE", "must be host with CONTAINER_ENV=cromwell, and STOREBASE set")
        }
        guard job.volumeName == nil else {
            throw SettingFailure("VOLUME_NAME", "does not go with CONTAINER_ENV=cromwell: set STOREBASE")
        }
        guard let storeBase = job.storeBase else {
            throw SettingFailure(
                "STOREBASE",
                "is needed with CONTAINER_ENV=cromwell: the directory of job data that the compute nodes share")
        }
        guard storeBase.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw SettingFailure("STOREBASE", "must not have control characters in it")
        }
        return storeBase
    }

    private static func refuse(_ job: JobSettings, sharedirOnly: Bool) throws(SettingFailure) {
        guard job.sharedMemoryMebibytes == nil else {
            throw SettingFailure(
                "SHM_SIZE", "does not go with CONTAINER_ENV=cromwell: jobs have the /dev/shm of their compute node")
        }
        if sharedirOnly, job.user.user != nil || job.user.group != nil {
            throw SettingFailure(
                "CONTAINER_USER",
                "does not go with CROMWELL_SHAREDIR_ONLY=yes: a configuration that knows only sharedir sets no user")
        }
        for (key, value) in job.labels {
            // https://cromwell.readthedocs.io/en/stable/Labels/
            guard key.unicodeScalars.count <= CromwellLabels.maximumLength,
                value.unicodeScalars.count <= CromwellLabels.maximumLength
            else { throw SettingFailure("JOB_LABELS", "must not have a key or value of more than 255 characters") }
            guard !key.hasPrefix(CromwellLabels.queryNamespace) else {
                throw SettingFailure(
                    "JOB_LABELS",
                    "must not set a label that begins with \(CromwellLabels.queryNamespace): it is pman's own")
            }
        }
    }
}
