import Program

/// Finds the directory on the engine's host below which job data lies.
enum DockerStorage {
    /// Where pfcon mounts its storage.
    private static let pfconMount = "/var/local/storeBase"

    static func validate(_ settings: JobSettings) throws(SettingFailure) {
        switch settings.storageType ?? .dockerLocalVolume {
        case .host:
            guard settings.storeBase != nil else {
                throw SettingFailure("STOREBASE", "is needed with STORAGE_TYPE=host: the directory that holds job data")
            }
        case .dockerLocalVolume:
            if settings.storeBase != nil {
                throw SettingFailure(
                    "STOREBASE", "goes with STORAGE_TYPE=host; with docker_local_volume set VOLUME_NAME")
            }
        case .kubernetesPVC:
            throw SettingFailure("STORAGE_TYPE", "must be host or docker_local_volume on this backend")
        }
    }

    /// - Returns: nil when the volume or pfcon's container does not exist yet.
    static func root(_ settings: JobSettings, _ client: DockerClient) async throws -> String? {
        if let storeBase = settings.storeBase { return storeBase }
        if let name = settings.volumeName {
            guard let volume = try await client.inspectVolume(name) else { return nil }
            guard volume.driver == "local", !volume.mountpoint.isEmpty else {
                throw SettingFailure("VOLUME_NAME", "names a volume whose driver is not local")
            }
            return volume.mountpoint
        }
        let pfcon = try await client.listContainers(all: true, labels: [settings.pfconSelector])
        return pfcon.lazy.flatMap(\.mounts).first { $0.destination == pfconMount && !$0.source.isEmpty }?.source
    }
}
