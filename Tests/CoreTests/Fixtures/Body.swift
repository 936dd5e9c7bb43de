import Core

/// The body of a POST that is right in every field, with some of them changed.
struct Body: Sendable {
    static let valid: [String: JSONValue] = [
        "jid": "job", "args": [], "auid": "cube", "number_of_workers": "1", "cpu_limit": "1000",
        "memory_limit": "200", "gpu_limit": "0", "image": "local/pmt:1", "entrypoint": ["/bin/echo", "hello"],
        "type": "fs", "input_dir": "key/incoming", "output_dir": "key/outgoing",
    ]

    private var fields = valid

    init(_ changes: [String: JSONValue] = [:], without missing: [String] = []) {
        fields.merge(changes) { _, change in change }
        for name in missing { fields[name] = nil }
    }

    var json: JSONValue { .object(fields) }

    func parsed(for backend: Backend = .docker) throws(RequestFailure) -> JobRequest {
        try JobRequest(parsing: json, for: backend)
    }

    /// Why the body is refused; nil when it is accepted.
    func failure(for backend: Backend = .docker) -> RequestFailure? {
        do throws(RequestFailure) {
            _ = try parsed(for: backend)
            return nil
        } catch {
            return error
        }
    }

    /// What is said about one field; nil when nothing is.
    func complaint(about field: String, for backend: Backend = .docker) -> String? {
        guard case .fields(let complaints) = failure(for: backend) else { return nil }
        return complaints[field]
    }

    /// The names of all fields that are refused.
    func badFields(for backend: Backend = .docker) -> [String] {
        guard case .fields(let complaints) = failure(for: backend) else { return [] }
        return complaints.keys.sorted()
    }
}
