/// A version of slurmrestd's API, `v0.0.NN`.
struct SlurmVersion: Sendable, Hashable, CustomStringConvertible {
    let number: Int

    /// Those whose documented forms this client knows, the newest first. Slurm 22.05 has v0.0.36 to v0.0.38.
    static let known = (36...42).reversed().map { SlurmVersion(number: $0) }

    var description: String { "v0.0.\(number)" }

    /// From v0.0.39 on numbers may be objects, the environment is a list and node counts are text.
    var hasDataParser: Bool { number >= 39 }
    /// From v0.0.40 on the script is a field of the job.
    var hasScriptInJob: Bool { number >= 40 }
}
