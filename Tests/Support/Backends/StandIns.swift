import Foundation

/// Where the stand-ins of schedulers lie, and what runs them.
public enum StandIns {
    /// The folder that holds Package.swift.
    public static let checkout = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
        url.deletingLastPathComponent()
    }.path

    /// Their Python interpreter, made with what they need when it is missing.
    /// - Throws: `SupportError` also when there is no bubblewrap, in which they run jobs.
    public static func interpreter() async throws -> String {
        let check =
            #"command -v bwrap >/dev/null || { echo "bwrap is missing: apt-get install bubblewrap" >&2; exit 1; }"#
        try await ManagedProcess.run("/bin/sh", ["-c", check])
        let output = try await ManagedProcess.run("\(checkout)/scripts/stand-ins.sh", [], within: .seconds(300))
        guard let path = output.split(separator: "\n").last, path.hasPrefix("/") else {
            throw SupportError("scripts/stand-ins.sh said no interpreter: \(output)")
        }
        return String(path)
    }
}
