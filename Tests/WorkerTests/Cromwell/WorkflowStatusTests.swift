import Core
import Foundation
import HTTPClient
import Testing

@testable import Worker

@Suite struct WorkflowStatusTests {
    private let watch = TimeWatch(limitMinutes: 10, marginMinutes: 60)
    private let start = Date(timeIntervalSince1970: 1_700_000_000)

    private func report(_ json: String, minutesLater: Double = 1) throws -> StatusReport {
        let metadata = try JSONDecoder().decode(WorkflowMetadata.self, from: Data(json.utf8))
        return StatusReport(metadata, watch: watch, now: start.addingTimeInterval(minutesLater * 60))
    }

    @Test(
        arguments: [
            ("On Hold", JobStatus.notstarted), ("Submitted", .notstarted), ("Running", .started),
            ("Aborting", .started),
            ("Succeeded", .finishedSuccessfully), ("Failed", .finishedWithError), ("Aborted", .finishedWithError),
            ("Something New", .notstarted), ("", .notstarted),
        ])
    func `each of Cromwell's words has a status, and the message begins with it`(
        word: String, status: JobStatus
    ) throws {
        let report = try report(#"{"status": "\#(word)", "start": "2023-11-14T22:13:20.000Z"}"#)
        #expect(report.status == status)
        #expect(report.message.hasPrefix(word))
        #expect(report.logs == nil)
    }

    @Test func `the exit code is in the message, and what is behind a failure`() throws {
        let code = try report(
            """
            {"status": "Failed", "end": "2023-11-14T22:14:20.123Z",
             "calls": {"ChRISJob.plugin_instance": [{"attempt": 1, "returnCode": 9}, {"attempt": 2, "returnCode": 3}]},
             "failures": [{"message": "Workflow failed", "causedBy": [
               {"message": "Job ChRISJob.plugin_instance:NA:2 exited with return code 3 which …", "causedBy": []}]}]}
            """)
        #expect(code.message == "Failed (3)")
        #expect(code.exitCode == 3)
        #expect(code.timestamp == "2023-11-14T22:14:20.000Z")
        let nested = try report(
            """
            {"status": "Failed", "failures": [{"message": "Workflow failed", "causedBy": [
              {"message": "outer", "causedBy": [{"message": "inner\\nline", "causedBy": []}, {"causedBy": 3}]}]}]}
            """)
        #expect(nested.message == "Failed: outer: inner line")
    }

    @Test func `a failure's text is bounded, however deep and wide it is`() throws {
        var failure = #"{"message": "\#(String(repeating: "x", count: 5000))", "causedBy": []}"#
        for index in 0..<30 {
            failure =
                #"{"message": "m\#(index)", "causedBy": [\#([String](repeating: failure, count: 1).joined(separator: ","))]}"#
        }
        let wide = [String](repeating: failure, count: 50).joined(separator: ",")
        #expect(try report(#"{"status": "Failed", "failures": [\#(wide)]}"#).message.count < 1000)
    }

    @Test func `a job is ended only long after its time limit, and given up when that does nothing`() throws {
        let running = #"{"status": "Running", "start": "2023-11-14T22:13:20.000Z"}"#
        #expect(!watch.isOverdue(start, now: start.addingTimeInterval(69 * 60)))
        #expect(watch.isOverdue(start, now: start.addingTimeInterval(71 * 60)))
        #expect(!watch.isOverdue(nil, now: start))
        #expect(!TimeWatch(limitMinutes: 10, marginMinutes: nil).isOverdue(start, now: .distantFuture))
        #expect(try report(running, minutesLater: 75).status == .started)
        let hopeless = try report(running, minutesLater: 81)
        #expect(hopeless.status == .finishedWithError)
        #expect(hopeless.message.contains("TIMELIMIT_MINUTES"))
        let ended = try report(
            #"{"status": "Aborted", "start": "2023-11-14T22:13:20.000Z", "end": "2023-11-14T23:30:00Z"}"#)
        #expect(ended.message.hasPrefix("Aborted: ended by pman"))
    }

    @Test(
        arguments: [
            (CromwellError.status(400, message: "bad"), EngineTrouble.permanent("Cromwell refused the workflow: bad")),
            (.status(503, message: "stopping"), .away("Cromwell says: stopping")),
            (.status(500, message: "x"), .transient("Cromwell refused (500): x")),
            (.status(401, message: "x"), .transient("Cromwell refused (401): x")),
            (.unclear(.deadline), .away("no complete answer within the deadline")),
        ] as [(CromwellError, EngineTrouble)])
    func `refusals are sorted`(error: CromwellError, trouble: EngineTrouble) {
        #expect("\(CromwellTrouble.submitting(error))" == "\(trouble)")
    }
}
