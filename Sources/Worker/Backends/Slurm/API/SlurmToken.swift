import Glibc
import HTTPClient

/// A JSON Web Token in a file. Read again for each request, because tokens are short-lived and rotated.
struct SlurmToken: Sendable, Hashable {
    let file: String
    private static let maximumBytes = 64 << 10

    /// The token, also from a file with the line `SLURM_JWT=…` that `scontrol token` prints.
    /// - Throws: `.unreachable` (nothing was sent) when there is no such file or no token in it.
    func read() throws(SlurmError) -> String {
        guard let stream = fopen(file, "re") else {
            throw .unreachable(.connectFailed("SLURM_JWT_FILE: \(String(cString: strerror(errno)))"))
        }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: Self.maximumBytes)
        bytes.removeLast(Self.maximumBytes - fread(&bytes, 1, Self.maximumBytes, stream))
        var token = bytes.drop { $0 <= 32 }
        while let last = token.last, last <= 32 { token.removeLast() }
        if token.starts(with: Array("SLURM_JWT=".utf8)) { token = token.dropFirst(10) }
        guard !token.isEmpty, token.allSatisfy({ (33...126).contains($0) }) else {
            throw .unreachable(.connectFailed("SLURM_JWT_FILE has no token in it"))
        }
        return String(decoding: token, as: UTF8.self)
    }
}
