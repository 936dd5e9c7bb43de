import HTTPClient

extension KubernetesClient {
    private var pods: String { "/api/v1/namespaces/\(namespace)/pods" }

    /// Every pod with the labels, as it is now.
    func listPods(labels: [String: String]) async throws(KubernetesError) -> KubernetesList<KubernetesPod> {
        try await list("pods", pods, labels)
    }

    func watchPods(
        labels: [String: String], since version: String
    ) -> KubernetesChanges<KubernetesPod> {
        changes("pods", pods, labels, version)
    }

    /// The output of a pod's container.
    /// - Parameter limit: where the answer ends, counted from its beginning and not from its end.
    func log(
        pod: String, container: String, lines: Int, limit: Int
    ) async throws(KubernetesError) -> HTTPBody {
        try await stream(
            KubernetesOperation(verb: "get", resource: "pods/log"),
            "\(pods)/\(HTTPRequest.percentEncoded(pod))/log",
            query: [("container", container), ("tailLines", "\(lines)"), ("limitBytes", "\(limit)")],
            deadline: .seconds(60), idleLimit: .seconds(20))
    }

    /// The output of a pod's container from its last lines on, until the container ends.
    func followLog(pod: String, container: String, lines: Int) async throws(KubernetesError) -> HTTPBody {
        try await stream(
            KubernetesOperation(verb: "get", resource: "pods/log"),
            "\(pods)/\(HTTPRequest.percentEncoded(pod))/log",
            query: [("container", container), ("tailLines", "\(lines)"), ("follow", "true")],
            deadline: nil, idleLimit: nil)
    }

    /// Why the Job controller could not make pods lately, by the UID of the Job: a quota, mostly.
    /// https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
    func failedCreations() async throws(KubernetesError) -> [String: String] {
        let answer = try await call(
            KubernetesOperation(verb: "list", resource: "events"), "GET", "/api/v1/namespaces/\(namespace)/events",
            query: [
                ("fieldSelector", "involvedObject.kind=Job,reason=FailedCreate"), ("limit", "500"),
            ])
        return try KubernetesJSON.decode(Events.self, answer).messages
    }

    /// The UID of the namespace; nil when there is none.
    func namespaceUID() async throws(KubernetesError) -> String? {
        struct Namespace: Decodable {
            var metadata: KubernetesMetadata
        }
        do throws(KubernetesError) {
            let answer = try await call(
                KubernetesOperation(verb: "get", resource: "namespaces"), "GET", "/api/v1/namespaces/\(namespace)")
            return try KubernetesJSON.decode(Namespace.self, answer).metadata.uid
        } catch .refused(let refusal) where refusal.status == 404 {
            return nil
        }
    }

    /// Asks whether the server answers and takes our credentials; every account may do this.
    func version(deadline: Duration) async throws(KubernetesError) {
        _ = try await call(
            KubernetesOperation(verb: "get", resource: "/version"), "GET", "/version", deadline: deadline)
    }

    private struct Events: Decodable {
        struct Event: Decodable {
            struct Reference: Decodable {
                var uid: String?
            }
            var involvedObject: Reference
            var message: String?
            var lastTimestamp: String?
        }
        var items: [Event]?

        /// Of several about one Job the newest.
        var messages: [String: String] {
            var newest: [String: Event] = [:]
            for event in items ?? [] {
                guard let uid = event.involvedObject.uid else { continue }
                if let known = newest[uid], known.lastTimestamp ?? "" > event.lastTimestamp ?? "" { continue }
                newest[uid] = event
            }
            return newest.compactMapValues { $0.message }
        }
    }
}
