import ArgumentParser

/// Which backend a job is on.
struct BackendOption: ParsableArguments {
    static let known = ["docker", "podman", "swarm", "kubernetes", "openshift", "cromwell", "slurm"]

    @Option(
        help: ArgumentHelp("The job's backend; default: the gateway's own.", valueName: "backend"),
        completion: .list(known))
    var backend: String?

    /// - Throws: `Trouble` when the gateway has to be asked and does not answer.
    func name(at gateway: Gateway) async throws(Trouble) -> String {
        if let backend { return backend }
        return try await gateway.defaultBackend()
    }

    func job(_ jid: String, at gateway: Gateway) async throws(Trouble) -> JobAddress {
        JobAddress(backend: try await name(at: gateway), jid: jid)
    }
}
