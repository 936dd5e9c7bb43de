/// A piece of a container's output, cut anywhere.
struct DockerLogChunk: Sendable, Equatable {
    /// Where it was written to.
    enum Source: UInt8, Sendable {
        case standardInput = 0
        case standardOutput = 1
        case standardError = 2
        /// Words of the engine itself about trouble with the log.
        case engine = 3
    }

    /// With a terminal always standard output.
    var source: Source
    var bytes: [UInt8]
}
