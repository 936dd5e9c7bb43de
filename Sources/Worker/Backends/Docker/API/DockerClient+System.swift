import HTTPClient

extension DockerClient {
    /// Whether the engine answers at all.
    func ping(deadline: Duration = .seconds(5)) async throws(DockerError) {
        _ = try await callUnversioned("/_ping", deadline: deadline)
    }

    /// Which engine this is and which API versions it speaks.
    func version(deadline: Duration = .seconds(10)) async throws(DockerError) -> DockerEngineVersion {
        let response = try await callUnversioned("/version", deadline: deadline)
        return try DockerJSON.decode(DockerEngineVersion.self, response.body)
    }

    /// The engine's size and state.
    func info() async throws(DockerError) -> DockerEngineInfo {
        try DockerJSON.decode(DockerEngineInfo.self, try await call("GET", "/info").body)
    }
}
