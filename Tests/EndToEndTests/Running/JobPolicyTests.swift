import Support
import Testing

extension EndToEnd {
    /// What a job may do is the operator's choice.
    @Suite(.machine(.shared)) struct JobPolicyTests {
        private static let strict = [
            "ALLOWED_IMAGES": "local/*", "DROP_PRIVILEGES": "yes", "READ_ONLY_ROOT": "yes", "JOB_NETWORK": "none",
            "JOB_PIDS_LIMIT": "20", "MEMORY_HARD_LIMIT": "yes", "SHM_SIZE": "8",
        ]

        @Test func `A job has no more than it is given, and an image that is not allowed is not even fetched`()
            async throws
        {
            let docker = try await Services.docker
            try await withSite { site in
                let gateway = try await site.gateway()
                let worker = try await site.worker(on: docker, Self.strict)
                let request = try site.shell(
                    """
                    grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status
                    for place in / /etc /tmp /dev/shm /share/outgoing /share/incoming; do
                      if echo x 2>/dev/null > $place/file; then echo wrote $place; fi
                    done
                    ls /sys/class/net
                    i=0; while [ $i -lt 40 ]; do sleep 5 & i=$((i+1)); done 2>&1
                    echo reached the end
                    """)
                try await gateway.api.submit(request)
                let ended = try await gateway.api.waitForEnd(request.jid)
                let logs = ended["logs"].string ?? ""
                #expect(
                    logs.contains("CapEff:\t0000000000000000") && logs.contains("CapBnd:\t0000000000000000"), "\(logs)")
                #expect(logs.contains("NoNewPrivs:\t1"))
                let written = logs.split(separator: "\n").filter { $0.hasPrefix("wrote") }
                #expect(written == ["wrote /tmp", "wrote /dev/shm", "wrote /share/outgoing"], "\(logs)")
                #expect(logs.contains("\nlo\n") && !logs.contains("eth"))
                #expect(logs.contains("can't fork") && !logs.contains("reached the end"), "\(logs)")
                #expect(try await docker.inspect(request.jid)["HostConfig"]["PidsLimit"] == 20)

                var other = try site.shell("true")
                other.image = "registry.invalid/evil:1"
                try await gateway.api.submit(other)
                let refused = try await gateway.api.waitForEnd(other.jid)
                #expect(refused["status"] == "finishedWithError")
                #expect(refused["message"].string?.contains("ALLOWED_IMAGES") == true, "\(refused)")
                #expect(!worker.log.lines(last: 500).contains { $0.contains("pull") })
            }
        }
    }
}
