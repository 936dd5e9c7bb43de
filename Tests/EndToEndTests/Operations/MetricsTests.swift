import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct MetricsTests {
        private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
            .standardized

        /// Every name of ours that a file mentions, without what Prometheus adds to a histogram's.
        private static func names(in file: String) throws -> Set<String> {
            let text = try String(contentsOf: checkout.appending(path: file), encoding: .utf8)
            return Set(
                text.matches(of: /\bpman_[a-z_]+[a-z]/).map { match in
                    var name = String(match.output)
                    for end in ["_bucket", "_sum", "_count"] where name.hasSuffix(end) { name.removeLast(end.count) }
                    return name
                })
        }

        private static func exposed(_ program: ProgramUnderTest) async throws -> Set<String> {
            let answer = try await program.http.send("GET", "/metrics")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            return Set(
                answer.text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map {
                    String($0.split(separator: " ")[2])
                })
        }

        @Test func `Every metric that documents, alerts and the dashboard name is there`() async throws {
            try await withSite { site in
                let gateway = try await site.gateway()
                let worker = try await site.worker(on: try await Services.docker)
                let request = try site.shell("sleep 1")
                try await gateway.api.submit(request)
                try await gateway.api.waitForEnd(request.jid)
                let there = try await Self.exposed(gateway.program).union(try await Self.exposed(worker.program))
                for file in [
                    "docs/metrics.md", "compose/prometheus/alerts.yml", "compose/grafana/dashboards/pman.json",
                    "compose/keda/scaledobject.yaml",
                ] {
                    let named = try Self.names(in: file)
                    #expect(!named.isEmpty, "\(file)")
                    #expect(named.subtracting(there).isEmpty, "\(file) names what is not there")
                }
                for name in [
                    "pman_queue_messages", "pman_queue_oldest_seconds", "pman_queue_consumers", "pman_dead_letters",
                    "pman_jobs_running", "pman_engine_capacity", "pman_engine_free", "pman_jobs_finished_total",
                    "pman_job_queue_seconds", "pman_job_run_seconds", "pman_log_lag_events", "pman_log_lag_seconds",
                    "pman_http_requests_total",
                ] {
                    #expect(there.contains(name), "\(name)")
                }
                let text = try await gateway.api.http.send("GET", "/metrics").text
                #expect(text.contains(#"pman_http_requests_total{route="/api/v1/{jid}/",method="GET",status="200"}"#))
                #expect(!text.contains(request.jid))
            }
        }
    }
}
