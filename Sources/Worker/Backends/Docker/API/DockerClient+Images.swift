import HTTPClient

extension DockerClient {
    /// What the engine knows about an image; nil when it does not have it.
    func inspectImage(_ reference: String) async throws(DockerError) -> DockerImage? {
        do {
            let path = "/images/\(HTTPRequest.percentEncoded(reference))/json"
            return try DockerJSON.decode(DockerImage.self, try await call("GET", path).body)
        } catch .status(404, _) {
            return nil
        }
    }

    /// Fetches an image from its registry; the request is sent when somebody starts to read, and the image is there
    /// when the sequence has ended without throwing.
    ///
    /// Throws `DockerError.pullFailed`, whether the engine says so by its status or inside the stream of a success.
    /// - Parameters:
    ///   - reference: without a tag or digest: `latest`.
    ///   - registryAuthentication: the value of `X-Registry-Auth`; see `RegistryCredentials`.
    ///   - idleLimit: how long the engine may report nothing.
    func pullImage(
        _ reference: String, registryAuthentication: String? = nil, idleLimit: Duration = .seconds(300)
    ) -> DockerPull {
        let image = ImageReference(reference)
        let query = [(name: "fromImage", value: image.repository), (name: "tag", value: image.tagOrDigest)]
        var request = DockerStreamRequest(method: "POST", path: "/images/create", query: query, idleLimit: idleLimit)
        if let registryAuthentication { request.headers.append(("X-Registry-Auth", registryAuthentication)) }
        return DockerPull(client: self, request: request, image: image)
    }
}
