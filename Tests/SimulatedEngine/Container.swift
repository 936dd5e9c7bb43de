import Foundation

/// A container that is not there.
struct Container: Sendable {
    enum State: String, Sendable { case created, running, exited }

    let id: String
    var name: String
    let labels: [String: String]
    let image: String
    let work: Work
    var state = State.created
    /// Milliseconds since 1970; 0: never.
    var startedAt = 0
    var finishedAt = 0
    var exitCode = 0

    /// What it would do.
    struct Work: Sendable {
        var milliseconds = 0
        var code = 0

        init(words: [String]) {
            guard let place = words.firstIndex(of: "simulate"), words.count > place + 2 else { return }
            milliseconds = Int(words[place + 1]) ?? 0
            code = Int(words[place + 2]) ?? 0
        }

        init(milliseconds: Int, code: Int) { (self.milliseconds, self.code) = (milliseconds, code) }
    }

    static func time(_ milliseconds: Int) -> String {
        guard milliseconds > 0 else { return "0001-01-01T00:00:00Z" }
        return Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
    }

    var summary: [String: Any] {
        [
            "Id": id, "Names": ["/" + name], "Image": image, "ImageID": "sha256:0", "Labels": labels,
            "State": state.rawValue, "Status": state.rawValue, "Created": 0, "Mounts": [Any](),
        ]
    }

    var inspection: [String: Any] {
        [
            "Id": id, "Name": "/" + name, "Image": "sha256:0", "Created": Self.time(1), "Mounts": [Any](),
            "Config": ["Image": image, "Labels": labels, "Tty": false] as [String: Any],
            "State": [
                "Status": state.rawValue, "Running": state == .running, "Paused": false, "OOMKilled": false,
                "Dead": false, "ExitCode": exitCode, "Error": "", "StartedAt": Self.time(startedAt),
                "FinishedAt": Self.time(finishedAt),
            ] as [String: Any],
        ]
    }
}
