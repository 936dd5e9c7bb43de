import Foundation
import Support

/// A run of `pmanctl` as somebody at a terminal would start it, with both outputs apart.
struct PmanctlRun: Sendable {
    let process: ManagedProcess
    private let directory: TemporaryDirectory
    private let errorFile: String

    /// Starts it.
    init(_ arguments: [String], url: String, token: String = "") throws {
        directory = try TemporaryDirectory("pmanctl")
        errorFile = directory.file("errors")
        process = try ManagedProcess(
            "pmanctl", program: "/bin/sh",
            arguments: ["-c", #"exec "$0" "$@" 2>"$ERRORS""#, try BuiltPrograms.path(of: "pmanctl")] + arguments,
            environment: [
                "PATH": "/usr/bin:/bin", "PMAN_URL": url, "PMAN_TOKEN": token, "ERRORS": errorFile, "LANG": "C.UTF-8",
                "LD_LIBRARY_PATH": ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] ?? "",
            ], logFile: directory.file("output"))
    }

    /// Runs it to its end.
    static func ended(
        _ arguments: String..., url: String, token: String = "", within: Duration = .seconds(90)
    ) async throws -> PmanctlRun {
        let run = try PmanctlRun(arguments, url: url, token: token)
        try await run.process.waitForExit(within: within)
        return run
    }

    var status: Int32? { if case .exited(let status) = process.exit { status } else { nil } }
    var output: String { process.log.tail(bytes: 1 << 20) }
    var errors: String { (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? "" }
}
