import Core
import Testing

/// An event with the JSON of version 1, which no later program may change.
struct GoldenEntry: Sendable, CustomTestStringConvertible {
    let kind: String
    let event: Event
    /// The fields beside those that every entry has.
    let fields: String

    var testDescription: String { kind }

    var entry: LogEntry {
        LogEntry(id: "m-1", log: Sample.nonce("log1"), writtenAt: "2026-01-02T03:04:05Z", event: event)
    }

    var json: String {
        #"{"v":1,"id":"m-1","log":"log1","at":"2026-01-02T03:04:05Z","kind":"\#(kind)"\#(fields.isEmpty ? "" : ",")"#
            + fields + "}"
    }

    /// One of every kind, with every field that it can have.
    static let all: [GoldenEntry] = [
        .init("submitted", .submitted(id, Sample.request()), "\(submissionField),\"request\":\(request)"),
        .init(
            "submitted",
            .submitted(id, Sample.request(), Acceptance(signature: Sample.signature, submitter: "pfcon")),
            "\(submissionField),\"request\":\(request),\"signature\":\"\(Sample.signature.text)\",\"submitter\":\"pfcon\""
        ),
        .init("deleted", .deleted(id), submissionField),
        .init("placed", .placed(id, Sample.placement()), "\(submissionField),\(placementField)"),
        .init(
            "status", .status(id, Sample.placement(), Sample.succeeded),
            "\(submissionField),\(placementField),\"report\":\(report)"),
        .init(
            "status", .status(id, nil, Sample.waiting),
            submissionField + #","report":{"status":"notstarted","message":"queued"}"#),
        .init("removed", .removed(id, Sample.placement()), "\(submissionField),\(placementField)"),
        .init("dismissed", .dismissed(id), submissionField),
        .init(
            "ended", .ended(id, StatusReport(status: .undefined, message: "expired")),
            submissionField + #","report":{"status":"undefined","message":"expired"}"#),
        .init(
            "ended",
            .ended(id, StatusReport(status: .finishedWithError, message: "no", cause: .gaveUp, attempt: 6)),
            submissionField
                + #","report":{"status":"finishedWithError","message":"no","cause":"gaveUp","attempt":6}"#),
        .init("dispatched", .dispatched(upTo: 42), #""offset":42"#),
        .init("forgotten", .forgotten(upTo: 42), #""offset":42"#),
        .init("marker", .marker, ""),
        .init("restored", .restored(fullRecord), "\"record\":\(record)"),
        .init("checkpointStarted", .checkpointStarted(checkpoint), #""checkpoint":"cp1""#),
        .init(
            "snapshot", .snapshot(checkpoint, fullRecord, asOf: 42),
            "\"checkpoint\":\"cp1\",\"offset\":42,\"record\":\(record)"),
        .init(
            "snapshot", .snapshot(checkpoint, JobRecord(key: Sample.key()), asOf: 42),
            #""checkpoint":"cp1","offset":42,"record":{"key":\#(key),"deletedGeneration":0,"leftovers":[]}"#),
        .init("checkpointFinished", .checkpointFinished(checkpoint), #""checkpoint":"cp1""#),
    ]

    private init(_ kind: String, _ event: Event, _ fields: String) {
        self.kind = kind
        self.event = event
        self.fields = fields
    }

    private static let id = Sample.submission(1, "abc")
    private static let checkpoint = Sample.nonce("cp1")

    static let fullRecord: JobRecord = {
        var record = JobRecord(key: Sample.key())
        record.deletedGeneration = 1
        record.leftovers = [Leftover(submission: Sample.submission(1, "old"), placement: Sample.placement("c0"))]
        var current = Submission(id: Sample.submission(2, "abc"), request: Sample.request(), submittedAt: 7)
        current.placement = Sample.placement()
        current.placedAt = 9
        current.report = Sample.succeeded
        current.startSeen = true
        current.removed = true
        current.ended = true
        record.current = current
        return record
    }()

    private static let key = #"{"backend":"docker","job":"job-1"}"#
    private static let submissionField = #""submission":{"key":\#(key),"generation":1,"nonce":"abc"}"#
    private static let placement = #"{"engine":"engine-1","object":"c1"}"#
    private static let placementField = #""placement":\#(placement)"#
    private static let request = #"""
        {"job":"job-1","user":"cube","image":"local/pmt:1","entrypoint":["/bin/echo","hello"],
        "arguments":["--a","1"],"pathFlags":["--dir"],"type":"ds","input":"in/put","output":"out/put",
        "environment":["A=1"],
        "resources":{"cpuMillicores":1000,"memoryMebibytes":200,"gpus":0,"workers":1}}
        """#
    private static let report = #"""
        {"status":"finishedSuccessfully","message":"exited (0)","timestamp":"2026-01-02T03:05:05Z",
        "exitCode":0,"logs":"hello\n"}
        """#
    private static let record = #"""
        {"key":\#(key),"deletedGeneration":1,
        "leftovers":[{"submission":{"key":\#(key),"generation":1,"nonce":"old"},
        "placement":{"engine":"engine-1","object":"c0"}}],
        "current":{"id":{"key":\#(key),"generation":2,"nonce":"abc"},"request":\#(request),"submittedAt":7,
        "placement":\#(placement),"placedAt":9,"report":\#(report),"startSeen":true,"removed":true,"ended":true}}
        """#
}
