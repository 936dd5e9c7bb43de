import Foundation

@testable import Pmanctl

/// A job as the gateway shows it.
enum SampleJob {
    static func json(
        status: String, exitCode: Int? = nil, message: String = "word", jid: String = "job-1", waiting: String? = nil
    ) -> String {
        let wait = waiting.map { #"{"reason": "engine_full", "text": "\#($0)", "position": 3, "head_age_seconds": 1}"# }
        return """
            {"backend": "docker", "jid": "\(jid)", "generation": 0, "status": "\(status)", "message": "\(message)",
             "image": "busybox", "command": "true", "engine": null, "user": "anna",
             "submitted_at": "2026-01-01T00:00:00Z", "started_at": "2026-01-01T00:00:01.250Z",
             "finished_at": "2026-01-01T00:01:11.250Z", "exit_code": \(exitCode.map { "\($0)" } ?? "null"),
             "words": ["true"], "resources": {"cpu_millicores": 1, "memory_mebibytes": 2, "gpus": 0, "workers": 1},
             "input": "in", "output": "out", "environment": ["A"], "labels": {}, "object": null,
             "waiting": \(wait ?? "null"),
             "history": [{"id": "1", "at": "2026-01-01T00:00:00Z", "kind": "submitted", "by": "gateway-1"}]}
            """
    }

    static func detail(
        status: String, exitCode: Int? = nil, message: String = "word", waiting: String? = nil
    ) throws -> JobDetail {
        let text = json(status: status, exitCode: exitCode, message: message, waiting: waiting)
        return try Answer.decoded(JobDetail.self, from: Array(text.utf8))
    }
}
