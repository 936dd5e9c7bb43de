/// Every object's head, as far as it is looked at.
struct KubernetesMetadata: Sendable, Hashable, Decodable {
    var name = ""
    var uid = ""
    /// Opaque: only good for going on from, and for comparing as equal.
    var resourceVersion: String?
    var annotations: [String: String] = [:]
    /// Set once somebody has asked for the removal.
    var deletionTimestamp: String?
    var creationTimestamp = ""
    /// UIDs of the objects that this one belongs to.
    var owners: [String] = []

    private enum CodingKeys: String, CodingKey {
        case name, uid, resourceVersion, annotations, deletionTimestamp, creationTimestamp
        case owners = "ownerReferences"
    }
    private struct Owner: Decodable {
        var uid: String
    }

    init(name: String, uid: String, annotations: [String: String] = [:]) {
        self.name = name
        self.uid = uid
        self.annotations = annotations
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = values.tolerant(.name, or: "")
        uid = values.tolerant(.uid, or: "")
        resourceVersion = values.tolerant(.resourceVersion)
        // Ours only: others' may be as long as they like, and this is kept for every object.
        annotations = values.tolerant(.annotations, or: [String: String]())
            .filter { $0.key.hasPrefix(JobLabels.namespace) && $0.value.utf8.count <= 4096 }
        deletionTimestamp = values.tolerant(.deletionTimestamp)
        creationTimestamp = values.tolerant(.creationTimestamp, or: "")
        owners = values.tolerant(.owners, or: [Owner]()).map(\.uid)
    }
}
