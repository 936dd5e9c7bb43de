import Foundation

/// A wall clock for programs under test that a test moves while they run. Only CLOCK_REALTIME moves, as it does when an
/// operator or NTP sets it; by libfaketime, and `Tests/TrueTimers` for what it gets wrong.
public final class MovableClock: Sendable {
    private let directory: TemporaryDirectory
    private let libraries: String

    /// - Throws: `SupportError` when libfaketime is not installed, or the other one not built.
    public init() throws {
        let places = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
        guard let library = places.first(where: FileManager.default.fileExists(atPath:)) else {
            throw SupportError("libfaketime is not installed: apt-get install faketime")
        }
        libraries = "\(try BuiltPrograms.path(of: "libTrueTimers.so")):\(library)"
        directory = try TemporaryDirectory("clock")
        try move(by: 0)
    }

    /// False under a sanitizer, whose programs bear no library before its own.
    public static var isUsable: Bool { ProcessInfo.processInfo.environment["SANITIZER"]?.isEmpty ?? true }

    /// What makes a program go by this clock; nothing where that is not possible.
    public var environment: [String: String] {
        guard Self.isUsable else { return [:] }
        return [
            "LD_PRELOAD": libraries, "FAKETIME_TIMESTAMP_FILE": directory.file("offset"), "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        ]
    }

    /// From now on it shows the true time and so many seconds more.
    public func move(by seconds: Int) throws {
        // Put in place at once, so that nobody reads half of it.
        try directory.write(seconds < 0 ? "\(seconds)\n" : "+\(seconds)\n", to: "next")
        guard rename(directory.file("next"), directory.file("offset")) == 0 else { throw SystemError(call: "rename") }
    }
}
