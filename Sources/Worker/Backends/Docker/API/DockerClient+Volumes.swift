import HTTPClient

extension DockerClient {
    /// Creates a volume, or returns the one that has this name already, with the labels that *it* has.
    func createVolume(name: String, labels: [String: String]) async throws(DockerError) -> DockerVolume {
        let body = try DockerJSON.encode(DockerVolume(name: name, labels: labels))
        return try DockerJSON.decode(DockerVolume.self, try await call("POST", "/volumes/create", body: body).body)
    }

    /// The volume of this name; nil when there is none.
    func inspectVolume(_ name: String) async throws(DockerError) -> DockerVolume? {
        do {
            let response = try await call("GET", "/volumes/\(HTTPRequest.percentEncoded(name))")
            return try DockerJSON.decode(DockerVolume.self, response.body)
        } catch .status(404, _) {
            return nil
        }
    }

    /// Removes a volume.
    /// - Throws: `.status(404, …)` when there is none, `.status(409, …)` when a container uses it.
    func removeVolume(_ name: String) async throws(DockerError) {
        _ = try await call("DELETE", "/volumes/\(HTTPRequest.percentEncoded(name))")
    }
}
