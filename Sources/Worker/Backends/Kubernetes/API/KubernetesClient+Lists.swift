import HTTPClient

extension KubernetesClient {
    /// Reads a whole list in pages. Without a resourceVersion the answer is what the cluster's store says now:
    /// https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
    func list<Item: Decodable & Sendable>(
        _ resource: String, _ path: String, _ labels: [String: String]
    ) async throws(KubernetesError) -> KubernetesList<Item> {
        // A list that took so long that its beginning is forgotten begins anew.
        for _ in 0..<3 {
            do throws(KubernetesError) {
                return try await pages(resource, path, labels)
            } catch .refused(let refusal) where refusal.status == 410 {
                continue
            }
        }
        throw .expired
    }

    private func pages<Item: Decodable & Sendable>(
        _ resource: String, _ path: String, _ labels: [String: String]
    ) async throws(KubernetesError) -> KubernetesList<Item> {
        let operation = KubernetesOperation(verb: "list", resource: resource)
        var query = [(name: "labelSelector", value: Self.selector(labels)), (name: "limit", value: "250")]
        var all = KubernetesList<Item>(items: [], version: "")
        while true {
            let page = try KubernetesJSON.decode(
                Page<Item>.self, try await call(operation, "GET", path, query: query))
            all.items += page.items ?? []
            // Every page has the version of the first one.
            all.version = page.metadata.resourceVersion ?? ""
            guard let next = page.metadata.next, !next.isEmpty else { return all }
            query = query.filter { $0.name != "continue" } + [(name: "continue", value: next)]
        }
    }

    func changes<Item: Decodable & Sendable>(
        _ resource: String, _ path: String, _ labels: [String: String], _ version: String
    ) -> KubernetesChanges<Item> {
        KubernetesChanges(
            client: self, operation: KubernetesOperation(verb: "watch", resource: resource), path: path,
            query: [("labelSelector", Self.selector(labels))], version: version)
    }

    static func selector(_ labels: [String: String]) -> String {
        labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    private struct Page<Item: Decodable & Sendable>: Decodable {
        struct Metadata: Decodable {
            var resourceVersion: String?
            var next: String?

            private enum CodingKeys: String, CodingKey {
                case resourceVersion
                case next = "continue"
            }
        }

        var metadata: Metadata
        var items: [Item]?
    }
}

/// A list as of one moment.
struct KubernetesList<Item: Sendable>: Sendable {
    var items: [Item]
    /// From where a watch goes on.
    var version: String
}
