import HTTPClient

extension KubernetesClient {
    private var jobs: String { "/apis/batch/v1/namespaces/\(namespace)/jobs" }

    /// - Throws: `.refused` with 409 when the name is taken, 422 when the object is not valid.
    func createJob(_ manifest: JobManifest) async throws(KubernetesError) -> KubernetesJob {
        let body = try KubernetesJSON.encode(manifest)
        let operation = KubernetesOperation(verb: "create", resource: "jobs")
        return try KubernetesJSON.decode(KubernetesJob.self, try await call(operation, "POST", jobs, body: body))
    }

    /// - Returns: nil when there is none of that name.
    func job(named name: String) async throws(KubernetesError) -> KubernetesJob? {
        do throws(KubernetesError) {
            let operation = KubernetesOperation(verb: "get", resource: "jobs")
            let answer = try await call(operation, "GET", "\(jobs)/\(HTTPRequest.percentEncoded(name))")
            return try KubernetesJSON.decode(KubernetesJob.self, answer)
        } catch .refused(let refusal) where refusal.status == 404 {
            return nil
        }
    }

    /// A merge patch (RFC 7396) that the server carries out only on the object that the patch names by uid and
    /// resourceVersion; 409 otherwise:
    /// https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply
    func patchJob(named name: String, _ patch: JobPatch) async throws(KubernetesError) -> KubernetesJob {
        let body = try KubernetesJSON.encode(patch)
        let operation = KubernetesOperation(verb: "patch", resource: "jobs")
        let answer = try await call(
            operation, "PATCH", "\(jobs)/\(HTTPRequest.percentEncoded(name))", body: body,
            contentType: "application/merge-patch+json")
        return try KubernetesJSON.decode(KubernetesJob.self, answer)
    }

    /// Asks for the removal of a Job, and of its pods by the garbage collector.
    /// - Returns: false when there is none of that name; `.refused` with 409 when it is another one by now.
    func deleteJob(named name: String, uid: String) async throws(KubernetesError) -> Bool {
        let body = try KubernetesJSON.encode(DeleteOptions(preconditions: .init(uid: uid)))
        do throws(KubernetesError) {
            let operation = KubernetesOperation(verb: "delete", resource: "jobs")
            _ = try await call(operation, "DELETE", "\(jobs)/\(HTTPRequest.percentEncoded(name))", body: body)
            return true
        } catch .refused(let refusal) where refusal.status == 404 {
            return false
        }
    }

    /// Every Job with the labels, as it is now.
    func listJobs(labels: [String: String]) async throws(KubernetesError) -> KubernetesList<KubernetesJob> {
        try await list("jobs", jobs, labels)
    }

    func watchJobs(
        labels: [String: String], since version: String
    ) -> KubernetesChanges<KubernetesJob> {
        changes("jobs", jobs, labels, version)
    }
}

/// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/
struct DeleteOptions: Sendable, Encodable {
    struct Preconditions: Sendable, Encodable {
        var uid: String
    }

    var apiVersion = "v1"
    var kind = "DeleteOptions"
    var propagationPolicy = "Background"
    var preconditions: Preconditions
}
