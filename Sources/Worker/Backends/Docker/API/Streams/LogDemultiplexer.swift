/// Takes the frames of a container's log apart: 8 bytes of header (source, three zeros, big-endian length), then so
/// many bytes; pure. Holds back no payload, so that memory is bounded whatever a header says.
/// https://docs.docker.com/engine/api/v1.41/#operation/ContainerAttach
struct LogDemultiplexer: Sendable {
    /// What came is not framed: the container has a terminal.
    struct NotFramed: Error {}

    private var header: [UInt8] = []
    private var source = DockerLogChunk.Source.standardOutput
    private var missing = 0

    /// Whether the stream may end here.
    var isBetweenFrames: Bool { header.isEmpty && missing == 0 }

    /// The payload in `bytes`, however they were cut.
    mutating func take(_ bytes: [UInt8]) throws(NotFramed) -> [DockerLogChunk] {
        var chunks: [DockerLogChunk] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            if missing > 0 {
                let payload = rest.prefix(missing)
                rest = rest.dropFirst(payload.count)
                missing -= payload.count
                chunks.append(DockerLogChunk(source: source, bytes: Array(payload)))
            } else {
                let part = rest.prefix(8 - header.count)
                rest = rest.dropFirst(part.count)
                header += part
                if header.count == 8 { try readHeader() }
            }
        }
        return chunks
    }

    private mutating func readHeader() throws(NotFramed) {
        guard let source = DockerLogChunk.Source(rawValue: header[0]), header[1...3].allSatisfy({ $0 == 0 }) else {
            throw NotFramed()
        }
        self.source = source
        missing = header[4...].reduce(0) { $0 << 8 | Int($1) }
        header = []
    }
}
