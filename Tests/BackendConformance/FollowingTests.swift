import Support
import Testing

extension Conformance {
    /// The output of a running job, as it comes.
    @Suite struct FollowingTests {
        @Test(arguments: BackendKind.own)
        func `Output is followed before the job ends, to its last line`(_ kind: BackendKind) async throws {
            try await Benches.share(kind) { bench in
                // Ends when it is told to, so that what is seen before was certainly followed.
                let request = try bench.job(
                    .shell(
                        "echo first ✓; while [ ! -e /share/outgoing/go ]; do sleep 0.2; done; echo second; sleep 3; echo last"
                    ))
                #expect(try await bench.api.post(request).status == 201)
                let stream = try EventStreamOfTests(
                    bench.api.http.address, "/api/v2/jobs/\(bench.backend.name)/\(request.jid)/logs?follow=true")
                try await eventually(within: bench.patience, "the first line comes", lastSeen: { "\(stream.events)" }) {
                    stream.output == "first ✓\n"
                }
                try bench.storage.write("", to: "\(request.outputDir)/go")
                try await eventually(within: bench.patience, "the end is told", lastSeen: { "\(stream.events)" }) {
                    stream.end != nil
                }
                #expect(stream.output == "first ✓\nsecond\nlast\n", "\(stream.events)")
                #expect(stream.end == "finishedSuccessfully")
                #expect(stream.dropped.isEmpty, "\(stream.events)")
                #expect(try await bench.api.delete(request.jid).status == 204)
            }
        }
    }
}
