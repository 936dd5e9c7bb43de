import Program

/// Where job data lies, as a pod mounts it.
enum KubernetesStorage: Sendable, Hashable {
    case claim(String)
    case hostPath(String)

    init(_ job: JobSettings, allowHostPath: Bool) throws(SettingFailure) {
        switch job.storageType {
        case nil:
            throw SettingFailure(
                "STORAGE_TYPE",
                "is needed with CONTAINER_ENV=kubernetes: kubernetes_pvc, with VOLUME_NAME naming the "
                    + "PersistentVolumeClaim that holds job data")
        case .kubernetesPVC:
            if job.storeBase != nil {
                throw SettingFailure("STOREBASE", "goes with STORAGE_TYPE=host; with kubernetes_pvc set VOLUME_NAME")
            }
            guard let claim = job.volumeName else {
                throw SettingFailure(
                    "VOLUME_NAME",
                    "is needed with STORAGE_TYPE=kubernetes_pvc: the PersistentVolumeClaim that holds "
                        + "job data")
            }
            guard KubernetesName.isSubdomain(claim) else {
                throw SettingFailure("VOLUME_NAME", "must be the name of a PersistentVolumeClaim")
            }
            self = .claim(claim)
        case .host:
            guard allowHostPath else {
                throw SettingFailure(
                    "STORAGE_TYPE",
                    "host gives jobs a directory of the node they run on: say "
                        + "KUBERNETES_ALLOW_HOST_PATH=yes if every node has the same storage there, else use "
                        + "kubernetes_pvc")
            }
            guard let path = job.storeBase else {
                throw SettingFailure(
                    "STOREBASE", "is needed with STORAGE_TYPE=host: the directory on every node that holds job data")
            }
            self = .hostPath(path)
        case .dockerLocalVolume:
            throw SettingFailure("STORAGE_TYPE", "must be kubernetes_pvc (or host) on this backend")
        }
    }
}
