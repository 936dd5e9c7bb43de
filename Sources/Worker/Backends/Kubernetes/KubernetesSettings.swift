import Core
import Program

/// How jobs are run on a cluster, beyond what `JobSettings` says for every backend.
struct KubernetesSettings: Sendable {
    let namespace: String
    let nodeSelector: [String: String]
    let imagePullSecrets: [String]
    /// Seconds.
    let timeToLive: Int
    /// Seconds.
    let deadline: Int
    /// nil: an image that cannot be pulled is waited for as long as the job may run.
    let imageDeadline: Duration?
    let storage: KubernetesStorage

    init(_ reader: SettingsReader, _ job: JobSettings) throws(SettingFailure) {
        let isOpenShift = reader.text(SharedVariables.containerEnvironment)?.lowercased() == "openshift"
        namespace = try reader.required(isOpenShift ? KubernetesVariables.project : KubernetesVariables.namespace) {
            text throws(InvalidName) in
            guard KubernetesName.isLabel(text) else {
                throw InvalidName("must be a namespace: lower-case letters, digits and '-', at most 63")
            }
            return text
        }
        nodeSelector = try Self.labels(reader, KubernetesVariables.nodeSelector)
        imagePullSecrets = (reader.text(KubernetesVariables.imagePullSecrets) ?? "").split(separator: ",")
            .map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
        guard imagePullSecrets.allSatisfy(KubernetesName.isSubdomain) else {
            throw SettingFailure("IMAGE_PULL_SECRETS", "must be names of secrets, separated by commas")
        }
        timeToLive = try reader.integer(KubernetesVariables.timeToLive, in: 60...315_360_000) ?? 86_400
        deadline = try reader.integer(KubernetesVariables.deadline, in: 1...315_360_000) ?? 604_800
        let wait = try reader.integer(KubernetesVariables.imageDeadline, in: 0...315_360_000) ?? 600
        imageDeadline = wait == 0 ? nil : .seconds(wait)
        _ = try Self.labels(reader, WorkerVariables.jobLabels)
        if let theirs = job.labels.keys.first(where: KubernetesName.belongsToJobController) {
            throw SettingFailure("JOB_LABELS", "must not set \(theirs.forMessage), which is Kubernetes' own")
        }
        storage = try KubernetesStorage(job, allowHostPath: try reader.bool(KubernetesVariables.allowHostPath))
    }

    private static func labels(_ reader: SettingsReader, _ variable: Variable) throws(SettingFailure) -> [String:
        String]
    {
        let pairs = try reader.pairs(variable)
        for (key, value) in pairs where !KubernetesName.isLabelKey(key) || !KubernetesName.isLabelValue(value) {
            throw SettingFailure(
                variable.name,
                "must be Kubernetes labels: \(key.forMessage)=\(value.forMessage) is none (at most 63 letters, digits, "
                    + "'-', '_' and '.', and a letter or digit at both ends)")
        }
        return pairs
    }

    /// What is allowed.
    private struct InvalidName: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }
}
