import Foundation

/// Where `swift build` put the programs under test.
public enum BuiltPrograms {
    /// The path of `pman-gateway` or `pman-worker`: in `PMAN_TEST_BIN_DIR` when it is set, else beside the running test.
    /// - Throws: `SupportError` naming every place that was looked at.
    public static func path(of name: String) throws -> String {
        var folders: [String] = []
        if let folder = ProcessInfo.processInfo.environment["PMAN_TEST_BIN_DIR"] {
            folders = [folder]
        } else {
            let running = [try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")]
            for path in running.compactMap({ $0 }) + [CommandLine.arguments.first ?? "", Bundle.main.bundlePath] {
                let folder = (path as NSString).deletingLastPathComponent
                if !folder.isEmpty, !folders.contains(folder) { folders.append(folder) }
            }
        }
        for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
            return "\(folder)/\(name)"
        }
        throw SupportError(
            "\(name) is not built; looked in \(folders.joined(separator: ", ")) (swift build, or set PMAN_TEST_BIN_DIR)"
        )
    }
}
