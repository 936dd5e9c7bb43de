import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct MetricsTests {
        /// Names that outside checks rely on.
        private static let promised = [
            #"pman_queue_messages{backend="podman",state="ready"}"#,
            #"pman_queue_messages{backend="podman",state="unacknowledged"}"#,
            #"pman_queue_oldest_seconds{backend="podman"}"#, #"pman_queue_consumers{backend="podman"}"#,
            #"pman_dead_letters{backend="podman"} 0"#, #"pman_jobs_running{backend="podman",engine=""#,
            #"pman_engine_capacity{engine=""#, #"pman_engine_free{engine=""#,
            #"pman_jobs_finished_total{backend="podman",outcome="success"} 1"#,
            #"pman_job_queue_seconds_count{backend="podman"} 1"#, #"pman_job_run_seconds_count{backend="podman"} 1"#,
            "pman_log_lag_events ", "pman_log_lag_seconds ",
            #"pman_http_requests_total{route="/api/v1/",method="POST",status="201"} 1"#,
            #"pman_jobs_submitted_total{backend="podman"} 1"#, "pman_worker_starts_total 1",
        ]

        @Test func `Every metric that alerts, the dashboard and the documents name exists`() async throws {
            let docker = try await Services.docker
            try await withSite { site in
                let backend = ["CONTAINER_ENV": docker.backend]
                let gateway = try await site.gateway(backend)
                let worker = try await site.worker(on: docker)
                let request = try site.shell("exit 0")
                try await gateway.api.submit(request)
                try await gateway.api.waitForEnd(request.jid)
                let promised = Self.promised.map {
                    $0.replacing("backend=\"podman\"", with: "backend=\"\(docker.backend)\"")
                }
                var text = ""
                try await eventually("all metrics are there") {
                    text = ""
                    for program in [gateway.program, worker.program] {
                        let answer = try await program.http.send("GET", "/metrics")
                        #expect(answer.status == 200)
                        text += answer.text
                    }
                    return promised.allSatisfy { text.contains($0) }
                }
                #expect(!text.contains(request.jid))
                let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
                for file in [
                    "compose/prometheus/alerts.yml", "compose/grafana/dashboards/pman.json", "docs/metrics.md",
                ] {
                    let named = try String(contentsOf: root.appending(path: file), encoding: .utf8)
                        .matches(of: /(?:pman|process)_[a-z_]+[a-z]/).map { String($0.output) }
                    #expect(!named.isEmpty)
                    for name in Set(named) {
                        let family = name.hasSuffix("_bucket") ? String(name.dropLast(7)) : name
                        #expect(text.contains("# TYPE \(family) "), "\(file) names \(name)")
                    }
                }
            }
        }
    }
}
