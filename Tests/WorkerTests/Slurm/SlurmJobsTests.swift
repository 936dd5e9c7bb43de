import Core
import Foundation
import Glibc
import Support
import Testing

@testable import Worker

/// Jobs on a real Slurm, in Charliecloud's containers.
@Suite(.enabled(if: TestParts.include("slurm")), .serialized)
struct SlurmJobsTests {
    private static let awkward = [
        "a b", "it's", "\"q\"", "$HOME $(touch /share/outgoing/broken) `id`", "\\n\\", "l1\nl2\r\n", "*",
        ";|&<>(){}[]!#~%^",
        "", "-x", "{command}", "{image}", "ünïcødé \u{301}", "\u{1}\u{7f}\t", "'; exit 9; '", "EOF", "--",
    ]

    @Test func `a job gets its command, environment and storage untouched, and nothing else`() async throws {
        try await SlurmFixture.run { fixture in
            let (engine, id) = try await fixture.engine(["ENABLE_HOME_WORKAROUND": "yes"])
            #expect(id.text == fixture.cluster.clusterName)
            try fixture.storage.write("input\n", to: "words/in/file")
            let probe = #"""
                cd /share/outgoing; for w; do printf '%s\0' "$w" >>words; done; cat /share/incoming/file >copy
                echo no 2>&1 >/share/incoming/new; touch /share/incoming/file; mount -o remount,rw /share/incoming
                umount /share/incoming; env -0 >environment; ls / >root; ls /tmp >tmp; true
                """#
            let environment = [
                "PLAIN=x", "QUOTED='q'", "HALF='q", "ODD=a b $HOME \"c\" \\ {uid}", "LINES=1\n2\n", "EMPTY=",
                "dotted.name=d",
                "PATH=/bin:/usr/mine", "LD_PRELOAD=/share/outgoing/evil.so",
            ]
            let request = try fixture.request(
                "words", ["/bin/sh", "-c", probe, "sh"] + Self.awkward, environment: environment)
            let (object, _) = try await fixture.started(request, on: engine)
            let report = try await fixture.ended(object, on: engine)
            #expect(report.status == .finishedSuccessfully || report.exitCode == 0, "\(report)")

            let words = fixture.output("words", "words").split(separator: "\0", omittingEmptySubsequences: false)
            #expect(words.dropLast().map(String.init) == Self.awkward + ["/share/outgoing"])
            #expect(fixture.output("words", "copy") == "input\n")
            #expect(!FileManager.default.fileExists(atPath: fixture.storage.file("words/out/broken")))
            #expect(!FileManager.default.fileExists(atPath: fixture.storage.file("words/in/new")))
            #expect(report.logs?.contains("Read-only file system") == true, "\(report)")
            let seen = Set(fixture.output("words", "environment").split(separator: "\0").map(String.init))
            // busybox' shell passes on only what has a name for it.
            for entry in environment where !entry.hasPrefix("dotted") { #expect(seen.contains(entry), "\(entry)") }
            #expect(seen.contains("HOME=/tmp"))
            #expect(!seen.contains { $0.hasPrefix("SLURM") || $0.hasPrefix("USER=") })
            #expect(fixture.output("words", "root").contains("share"))
            #expect(fixture.output("words", "tmp").isEmpty, "the node's /tmp is not the job's")
            // The image is as it was.
            #expect(!FileManager.default.fileExists(atPath: fixture.cluster.imageFolder + "/share"))
        }
    }

    @Test func `what ends a job is told apart`() async throws {
        try await SlurmFixture.run { fixture in
            let (engine, _) = try await fixture.engine()
            let jobs: [(Core.JobRequest, String)] = [
                (try fixture.script("ok", "echo fine"), "exited (0)"),
                (try fixture.script("three", "echo bad >&2; exit 3"), "exited (3)"),
                (try fixture.script("killed", "kill -9 $$"), "exited (137): killed"),
                (try fixture.request("noprogram", ["/bin/nonesuch"]), "is the program in the image?"),
                (
                    try fixture.request("noimage", ["/bin/true"], image: "local/none:2"),
                    "the image local/none:2 is missing"
                ),
            ]
            var objects: [(ObjectID, String)] = []
            for (request, message) in jobs {
                objects.append((try await fixture.started(request, on: engine).object, message))
            }
            for (object, message) in objects {
                let report = try await fixture.ended(object, on: engine)
                #expect(report.message.hasPrefix("exited"), "\(report)")
                #expect(report.message.contains(message), "\(report)")
                #expect((report.status == .finishedSuccessfully) == (message == "exited (0)"), "\(report)")
                #expect(report.timestamp != nil)
                // A second look says the same.
                #expect(try await engine.report(on: object)?.status == report)
            }
            // Slurm itself may notice too late on a busy machine, and then tells of the signal alone.
            var message = ""
            for attempt in 1...5 where !message.contains("out of memory") {
                let request = try fixture.script(
                    "memory\(attempt)", "x=$(head -c 300000000 /dev/zero | tr '\\0' x); sleep 20; echo ${#x}",
                    memory: 50)
                let (object, _) = try await fixture.started(request, on: engine)
                message = try await fixture.ended(object, on: engine).message
                #expect(message.hasPrefix("exited (137): "))
            }
            #expect(message.contains("out of memory"))
            #expect(try await engine.tail(of: objects[0].0) == "fine\n")
            #expect(try await engine.report(on: objects[1].0)?.status.logs == "bad\n")

            let (long, _) = try await fixture.started(try fixture.script("long", "sleep 300"), on: engine)
            let (late, _) = try await fixture.started(try fixture.script("late", "sleep 300"), on: engine)
            try await fixture.waitUntilRunning(long, on: engine)
            try await fixture.waitUntilRunning(late, on: engine)
            let numbers = try await fixture.numbers()
            try await fixture.cluster.scontrol(["update", "JobId=\(numbers[late] ?? 0)", "EndTime=now"])
            try await fixture.cluster.cancel(numbers[long] ?? 0)
            #expect(try await fixture.ended(long, on: engine).message.contains("CANCELLED"))
            #expect(try await fixture.ended(late, on: engine, within: .seconds(150)).message.contains("time limit"))
        }
    }

    @Test func `limits, several nodes and pending reasons`() async throws {
        try await SlurmFixture.run { fixture in
            let (engine, _) = try await fixture.engine(["CONTAINER_USER": "1234:2345", "JOB_LABELS": "team=blue"])
            let two = try fixture.script("two", "echo $$-$(id -u)-$(id -g)", workers: 2)
            let (object, _) = try await fixture.started(two, on: engine)
            let report = try await fixture.ended(object, on: engine)
            let lines = (report.logs ?? "").split(separator: "\n")
            #expect(lines.count == 2 && lines.allSatisfy { $0.hasSuffix("-1234-2345") }, "\(report)")

            let wide = try fixture.request(
                "wide", ["/bin/sh", "-c", "sleep 60"], cpus: 31_001, memory: 300, gpus: 1, workers: 2)
            let (first, _) = try await fixture.started(wide, on: engine)
            try await fixture.waitUntilRunning(first, on: engine)
            let job = try #require(
                try await fixture.cluster.jobs().first { $0["name"].string?.hasPrefix("wide-") == true })
            #expect(job["tres_alloc_str"].string?.contains("cpu=64,mem=600M,node=2") == true, "\(job)")
            #expect(job["tres_per_node"].string == "gres:gpu:1", "\(job)")
            #expect(job["comment"].string?.contains(#""team":"blue""#) == true)
            let again = try fixture.request("again", ["/bin/sh", "-c", "sleep 60"], cpus: 32_000, workers: 2)
            let (second, _) = try await fixture.started(again, on: engine)
            try await eventually(
                "a reason is told", lastSeen: { "\(String(describing: try? await engine.report(on: second)))" }
            ) {
                let report = try await engine.report(on: second)?.status
                return report?.status == .notstarted
                    && report?.message.hasPrefix("queued: waiting for free nodes") == true
            }
            // Slurm looks at what a job asks for only when it is released.
            let giant = try SlurmFixture.submission("giant")
            let held = try await engine.hold(giant, try fixture.request("giant", ["/bin/true"], cpus: 99_000))
            guard case .refused(let reason) = try await engine.start(held) else {
                Issue.record("a job that no node can run was released")
                return
            }
            #expect(reason.contains("not available"))
            let refused = try await engine.report(on: held.id)?.status
            #expect(refused?.status == .finishedWithError && refused?.message.contains(reason) == true)
            #expect(try await engine.find(giant).allSatisfy { $0.state == .ended })
        }
    }
}
