import Core
import Testing

/// What is read back obeys the same rules as what a client sends: nothing in the log may lead a gateway astray.
@Suite("Entries that no program of ours wrote")
struct HostileEntryTests {
    static let golden = GoldenEntry.all.first { $0.kind == "snapshot" }?.json ?? ""

    @Test(
        "an id that could not have been accepted is refused",
        arguments: [
            (#""job":"job-1""#, #""job":"../x""#), (#""job":"job-1""#, #""job":"""#), (#""job":"job-1""#, #""job":7"#),
            (#""backend":"docker""#, #""backend":"podman""#), (#""backend":"docker""#, #""backend":"x""#),
            (#""nonce":"abc""#, #""nonce":"a/b""#), (#""nonce":"abc""#, #""nonce":"""#),
            (#""generation":2"#, #""generation":0"#), (#""generation":2"#, #""generation":-1"#),
            (#""generation":2"#, #""generation":9223372036854775807"#), (#""generation":2"#, #""generation":2.5"#),
            (#""object":"c1""#, #""object":"a/../b""#), (#""object":"c1""#, #""object":"""#),
            (#""object":"c1""#, #""object":"a b""#), (#""engine":"engine-1""#, #""engine":"a b""#),
            (#""engine":"engine-1""#, #""engine":"""#), (#""engine":"engine-1""#, #""engine":"a\nb""#),
            (#""image":"local/pmt:1""#, #""image":"UPPER""#), (#""input":"in/put""#, #""input":"../etc""#),
            (#""output":"out/put""#, #""output":"""#), (#""environment":["A=1"]"#, #""environment":["A"]"#),
            (#""environment":["A=1"]"#, #""environment":["A=\u0000"]"#), (#""type":"ds""#, #""type":"zz""#),
            (#""status":"finishedSuccessfully""#, #""status":"running""#),
            (#""entrypoint":["/bin/echo","hello"]"#, #""entrypoint":[]"#),
            (#""arguments":["--a","1"]"#, #""arguments":["\u0000"]"#), (#""user":"cube""#, #""user":"\u0000""#),
            (#""gpus":0"#, #""gpus":-1"#), (#""workers":1"#, #""workers":0"#),
            (#""cpuMillicores":1000"#, #""cpuMillicores":9223372036854775807"#),
            (#""memoryMebibytes":200"#, #""memoryMebibytes":9223372036854775807"#),
            (#""deletedGeneration":1"#, #""deletedGeneration":-1"#),
            (#""deletedGeneration":1"#, #""deletedGeneration":9223372036854775807"#),
            // A current submission that is already deleted.
            (#""deletedGeneration":1"#, #""deletedGeneration":2"#),
        ])
    func ids(part: String, replacement: String) throws {
        #expect(try LogEntry.decode(Array(Self.golden.utf8)) != nil)
        let json = Self.golden.replacing(part, with: replacement)
        #expect(json != Self.golden)
        #expect(throws: DecodingError.self) { try LogEntry.decode(Array(json.utf8)) }
    }

    @Test("a request for another job than its submission's is refused")
    func otherJob() throws {
        let event = Event.submitted(Sample.submission(), Sample.request(job: "job-2"))
        let bytes = try LogEntry(id: "m", log: Nonce("x"), writtenAt: "", event: event).encoded()
        #expect(throws: DecodingError.self) { try LogEntry.decode(bytes) }
    }

    @Test("a record with parts of another job is refused")
    func mixedRecord() throws {
        var leftover = JobRecord(key: Sample.key("job-2"))
        leftover.leftovers = [Leftover(submission: Sample.submission(), placement: Sample.placement())]
        var current = JobRecord(key: Sample.key("job-2"))
        current.current = Submission(id: Sample.submission(), request: Sample.request(), submittedAt: 1)
        for record in [leftover, current] {
            let bytes = try LogEntry(id: "m", log: Nonce("x"), writtenAt: "", event: .restored(record)).encoded()
            #expect(throws: DecodingError.self) { try LogEntry.decode(bytes) }
        }
    }

    @Test("an event about another job changes nothing")
    func otherRecord() {
        var record = JobRecord(key: Sample.key("job-2"))
        let before = record
        #expect(record.apply(.submitted(Sample.submission(), Sample.request()), at: 1) == .ignored)
        #expect(record.apply(.restored(GoldenEntry.fullRecord), at: 2) == .ignored)
        #expect(record == before)
    }
}
