import HTTPClient

extension DockerClient {
    /// A container's output; the request is sent when somebody starts to read.
    /// - Parameters:
    ///   - tail: only the last so many lines; nil: all.
    ///   - follow: goes on until the container ends, however long it says nothing.
    ///   - since: only what was written at or after this time, in seconds since 1970.
    ///   - isTTY: whether the container has a terminal, as its inspection says: its output has no frames then.
    ///   - deadline: for the whole; without one it is that of other calls, and none with `follow`.
    func containerLogs(
        _ id: String, tail: Int? = nil, follow: Bool = false, since: Int? = nil, isTTY: Bool, deadline: Duration? = nil
    ) -> DockerLogs {
        var query = [
            (name: "stdout", value: "true"), (name: "stderr", value: "true"), (name: "timestamps", value: "false"),
            (name: "follow", value: "\(follow)"), (name: "tail", value: tail.map(String.init) ?? "all"),
        ]
        if let since { query.append(("since", "\(since)")) }
        let path = "/containers/\(HTTPRequest.percentEncoded(id))/logs"
        let limit = deadline ?? (follow ? nil : self.deadline)
        return DockerLogs(
            client: self, request: DockerStreamRequest(path: path, query: query, deadline: limit), isTTY: isTTY)
    }
}
