import Core
import Testing

@Suite("The log's format")
struct WireFormatTests {
    @Test("what version 1 wrote is read for ever", arguments: GoldenEntry.all)
    func reading(golden: GoldenEntry) throws {
        #expect(try LogEntry.decode(Array(golden.json.utf8)) == golden.entry)
    }

    @Test("what is written is version 1, to the last field", arguments: GoldenEntry.all)
    func writing(golden: GoldenEntry) throws {
        let written = try JSONMessage.decode(JSONValue.self, from: golden.entry.encoded())
        #expect(try written == JSONMessage.decode(JSONValue.self, from: Array(golden.json.utf8)))
        #expect(golden.entry.kind == golden.kind)
    }

    @Test("a record that was written before `startSeen` was known says it by its status")
    func startSeen() throws {
        let golden = try #require(GoldenEntry.all.first { $0.kind == "restored" })
        let older = golden.json.replacing(#""startSeen":true,"#, with: "")
        #expect(older != golden.json)
        #expect(try LogEntry.decode(Array(older.utf8)) == golden.entry)
    }

    @Test("who wrote an entry is read back, on one line and bounded")
    func writer() throws {
        func entry(_ by: String) throws -> LogEntry {
            LogEntry(id: "m", log: try Nonce("x"), writtenAt: "", event: .marker, by: by)
        }
        #expect(try LogEntry.decode(entry("worker a/b").encoded())?.by == "worker a/b")
        #expect(try LogEntry.decode(entry("a\nb").encoded())?.by == "a b")
        let long = #"{"v":1,"kind":"marker","id":"m","log":"x","at":"","by":"\#(String(repeating: "x", count: 999))"}"#
        #expect(try LogEntry.decode(Array(long.utf8))?.by?.count == 201)
    }

    @Test("a cause of any form is read as a short word, and does not make its entry unreadable")
    func causes() throws {
        let json =
            #"{"v":1,"kind":"ended","id":"m","log":"x","at":"","submission":"#
            + #"{"key":{"backend":"docker","job":"j"},"generation":1,"nonce":"n"},"#
            + #""report":{"status":"undefined","message":"","cause":"a b\n\#(String(repeating: "x", count: 99))"}}"#
        guard case .ended(_, let report)? = try LogEntry.decode(Array(json.utf8))?.event else {
            Issue.record("no entry")
            return
        }
        #expect(report.cause?.text == "ab" + String(repeating: "x", count: 38))
    }

    @Test("the table has every kind")
    func everyKind() {
        // A new kind does not compile until it stands here, and fails until it stands in the table.
        func number(_ event: Event) -> Int {
            switch event {
            case .submitted: 0
            case .deleted: 1
            case .placed: 2
            case .status: 3
            case .removed: 4
            case .ended: 5
            case .dispatched: 6
            case .marker: 7
            case .restored: 8
            case .checkpointStarted: 9
            case .snapshot: 10
            case .checkpointFinished: 11
            case .dismissed: 12
            case .forgotten: 13
            }
        }
        #expect(Set(GoldenEntry.all.map { number($0.event) }) == Set(0...13))
    }

    @Test(
        "text of any kind comes back as it went",
        arguments: ["", "\u{0}", "\"\\/\u{7f}\u{85}", "\u{2028}", "e\u{301}", "🙂\r\n", "\u{feff}", "\u{10ffff}"])
    func texts(text: String) throws {
        let event = Event.status(
            Sample.submission(), nil, StatusReport(status: .notstarted, message: text, timestamp: text, logs: text))
        let entry = LogEntry(id: text, log: try Nonce("x"), writtenAt: text, event: event)
        let back = try #require(try LogEntry.decode(entry.encoded()))
        #expect(back == entry)
        #expect(Array(back.id.utf8) == Array(text.utf8))
    }

    @Test(
        "what a newer program writes is left for it",
        arguments: [
            #"{"v":1,"kind":"paused","id":"m","log":"x","at":"","submission":7}"#,
            #"{"v":1,"kind":"","id":"m","log":"x","at":""}"#, #"{"v":1,"kind":"Marker","id":"m","log":"x","at":""}"#,
            #"{"v":2,"kind":"marker","id":"m","log":"x","at":""}"#, #"{"v":2,"kind":"marker"}"#,
            #"{"v":2,"kind":"placed","placement":[1,2],"id":7,"log":{}}"#, #"{"v":1,"kind":"resumed"}"#,
            #"{"v":9223372036854775807,"kind":"x"}"#,
        ])
    func newer(json: String) throws {
        #expect(try LogEntry.decode(Array(json.utf8)) == nil)
    }

    @Test("a field that a newer program adds is passed over")
    func newFields() throws {
        let json = #"{"v":1,"kind":"marker","id":"m","log":"x","at":"","weather":{"sun":[true]},"offset":null}"#
        #expect(try LogEntry.decode(Array(json.utf8))?.event == .marker)
    }

    @Test(
        "what is no entry is said to be none",
        arguments: [
            "", "x", "null", "[]", "{}", "1", #""marker""#, #"{"kind":"marker"}"#, #"{"v":1}"#,
            #"{"v":"1","kind":"marker","id":"m","log":"x","at":""}"#, #"{"v":1,"kind":7,"id":"m","log":"x","at":""}"#,
            #"{"v":0,"kind":"marker","id":"m","log":"x","at":""}"#, #"{"v":-1,"kind":"x","id":"m","log":"x","at":""}"#,
            #"{"v":1,"kind":"marker"}"#, #"{"v":1,"kind":"marker","id":"m","at":""}"#,
            #"{"v":1,"kind":"marker","id":7,"log":"x","at":""}"#, #"{"v":1,"kind":"marker","id":"m","log":"","at":""}"#,
            #"{"v":1,"kind":"marker","id":"m","log":"a b","at":""}"#,
            #"{"v":1,"kind":"dispatched","id":"m","log":"x","at":""}"#,
            #"{"v":1,"kind":"dispatched","id":"m","log":"x","at":"","offset":"7"}"#,
            #"{"v":1,"kind":"checkpointStarted","id":"m","log":"x","at":""}"#,
        ])
    func broken(json: String) {
        #expect(throws: DecodingError.self) { try LogEntry.decode(Array(json.utf8)) }
    }

    @Test("an entry without one of the fields of its kind is broken", arguments: GoldenEntry.all)
    func missingFields(golden: GoldenEntry) throws {
        guard case .object(let whole) = try JSONMessage.decode(JSONValue.self, from: Array(golden.json.utf8)) else {
            Issue.record("no object")
            return
        }
        let optional: Set = golden.kind == "status" ? ["placement"] : ["signature", "submitter"]
        for field in whole.keys where !optional.contains(field) {
            var part = whole
            part[field] = nil
            #expect(throws: DecodingError.self, "without \(field)") {
                try LogEntry.decode(JSONMessage.encode(JSONValue.object(part)))
            }
        }
    }

    @Test("an entry cut off anywhere is broken", arguments: GoldenEntry.all)
    func truncated(golden: GoldenEntry) {
        let bytes = Array(golden.json.utf8)
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: DecodingError.self) { try LogEntry.decode(Array(bytes[..<length])) }
        }
    }
}
