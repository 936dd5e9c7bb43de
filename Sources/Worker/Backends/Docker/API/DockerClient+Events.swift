extension DockerClient {
    /// What happens on the engine, for ever; the request is sent when somebody starts to read.
    ///
    /// A hint and no more: the stream can end or lose events without a word, so list again now and then.
    /// - Parameters:
    ///   - sinceNanoseconds: also what has happened since then (the engine keeps the last few hundred events), in
    ///     nanoseconds since 1970.
    ///   - types: `container`, `image`, …; none: all.
    ///   - labels: `name` or `name=value`; only what carries all of them.
    func events(sinceNanoseconds: Int64? = nil, types: [String] = [], labels: [String] = []) -> DockerEvents {
        var filters: [String: [String]] = [:]
        if !types.isEmpty { filters["type"] = types }
        if !labels.isEmpty { filters["label"] = labels }
        return DockerEvents(client: self, sinceNanoseconds: sinceNanoseconds, filters: filters)
    }
}
