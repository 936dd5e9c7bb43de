import Core
import Program

/// What the Swarm backend makes of the worker's variables.
struct SwarmSettings: Sendable {
    let gpuResource: String
    let nodeLostAfter: Duration

    init(_ reader: SettingsReader) throws(SettingFailure) {
        gpuResource = try reader.required(SwarmVariables.gpuResource) { text throws(InvalidValue) in
            guard !text.isEmpty, text.utf8.count <= 63,
                text.utf8.allSatisfy({ (33...126).contains($0) && $0 != UInt8(ascii: "=") })
            else { throw InvalidValue("must be a name like NVIDIA-GPU, of at most 63 characters without spaces or =") }
            return text
        }
        nodeLostAfter = .seconds(try reader.integer(SwarmVariables.nodeLostAfter, in: 0...31_536_000) ?? 600)
    }

    /// Refuses what does not go with Swarm.
    static func validate(_ settings: JobSettings) throws(SettingFailure) {
        guard settings.storageType != nil else {
            throw SettingFailure(
                "STORAGE_TYPE",
                "is needed with CONTAINER_ENV=swarm: host (with STOREBASE) or docker_local_volume (with VOLUME_NAME, or "
                    + "PFCON_SELECTOR for pfcon's container)")
        }
        try DockerStorage.validate(settings)
    }
}
