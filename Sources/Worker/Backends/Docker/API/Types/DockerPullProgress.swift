/// How far a pull has come.
struct DockerPullProgress: Sendable, Decodable, Equatable {
    /// The layer, or empty.
    var id: String
    /// `Downloading`, `Pull complete`, …; Podman's may be empty.
    var status: String
    /// Bytes so far, of `total`.
    var current: Int64?
    var total: Int64?
    /// Why the pull failed: it is the last record then.
    var error: String?

    private enum Key: String, CodingKey {
        case id
        case status
        case progress = "progressDetail"
        case error
        case errorDetail
    }

    private struct Detail: Decodable {
        var current: Int64?
        var total: Int64?
        var message: String?
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        id = values.tolerant(.id, or: "")
        status = values.tolerant(.status, or: "")
        let progress: Detail? = values.tolerant(.progress)
        current = progress?.current.flatMap(Self.size)
        total = progress?.total.flatMap(Self.size)
        let detail: Detail? = values.tolerant(.errorDetail)
        let message = values.tolerant(.error) ?? detail?.message
        error = message == "" ? nil : message
    }

    /// Layers' sizes are added up: what no layer can have is none.
    private static func size(_ bytes: Int64) -> Int64? { (0...1 << 40).contains(bytes) ? bytes : nil }
}
