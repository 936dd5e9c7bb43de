import Core
import Testing

@Suite("Messages between programs")
struct MessageTests {
    static let submission = Sample.submission(2, "abc")
    static let id = #"{"key":{"backend":"docker","job":"job-1"},"generation":2,"nonce":"abc"}"#

    @Test("commands, questions and heartbeats come back as they went")
    func roundTrips() throws {
        try check(
            RunCommand(
                submission: Self.submission, request: Sample.request(), signature: Sample.signature, failures: 2,
                putBack: 3, reason: "x"))
        try check(RunCommand(submission: Self.submission, request: Sample.request()))
        for kind in [ControlCommand.Kind.start, .remove, .check, .ping] {
            let subject = ControlCommand.Subject(submission: Self.submission, object: Sample.placement().object)
            try check(ControlCommand(kind: kind, subjects: [subject], session: Nonce("s")))
            try check(ControlCommand(kind: kind))
        }
        try check(GoRequest(submission: Self.submission, placement: Sample.placement()))
        for verdict in [GoAnswer.Verdict.go, .no, .finished, .unknown] {
            try check(GoAnswer(verdict: verdict, chosen: Sample.placement()))
            try check(GoAnswer(verdict: verdict))
        }
        try check(LiveRequest(submission: Self.submission, object: Sample.placement().object))
        try check(LiveTail(logs: "\u{0}\n🙂"))
        try check(
            Heartbeat(
                backend: .swarm, engine: EngineID("e"), session: Nonce("s"), active: true, storageType: "host",
                program: "1.0", unreachable: nil, running: 3))
    }

    @Test("their JSON is version 1, to the last field")
    func golden() throws {
        try check(
            GoRequest(submission: Self.submission, placement: Sample.placement()),
            #"{"version":1,"submission":\#(Self.id),"placement":{"engine":"engine-1","object":"c1"}}"#)
        try check(
            GoAnswer(verdict: .no, chosen: Sample.placement()),
            #"{"version":1,"verdict":"no","chosen":{"engine":"engine-1","object":"c1"}}"#)
        try check(GoAnswer(verdict: .go), #"{"version":1,"verdict":"go"}"#)
        try check(
            ControlCommand(
                kind: .start, subjects: [.init(submission: Self.submission, object: Sample.placement().object)]),
            #"{"version":1,"kind":"start","subjects":[{"submission":\#(Self.id),"object":"c1"}]}"#)
        try check(
            ControlCommand(kind: .ping, session: Nonce("s")),
            #"{"version":1,"kind":"ping","subjects":[],"session":"s"}"#)
        try check(
            Heartbeat(
                backend: .docker, engine: EngineID("e"), session: Nonce("s"), active: false, storageType: "host",
                program: "1.0", unreachable: "since noon", running: 3),
            #"""
            {"version":1,"backend":"docker","engine":"e","session":"s","active":false,"storageType":"host",
            "program":"1.0","unreachable":"since noon","running":3}
            """#)
    }

    @Test("a run command for another job than its submission's is refused")
    func otherJob() throws {
        let bytes = try JSONMessage.encode(
            RunCommand(submission: Self.submission, request: Sample.request(job: "job-2")))
        #expect(throws: DecodingError.self) { try JSONMessage.decode(RunCommand.self, from: bytes) }
    }

    @Test("a run command that was tried more often than can be is refused", arguments: [-1, Int.max])
    func counts(count: Int) throws {
        for command in [
            RunCommand(submission: Self.submission, request: Sample.request(), failures: count),
            RunCommand(submission: Self.submission, request: Sample.request(), putBack: count),
        ] {
            let bytes = try JSONMessage.encode(command)
            #expect(throws: DecodingError.self) { try JSONMessage.decode(RunCommand.self, from: bytes) }
        }
    }

    @Test(
        "a label is read back only as it was written",
        arguments: [
            "", "1", "-", "1-", "-a", "+1-a", "01-a", "0-a", "-1-a", "1-a-b", "1-a b", "1.5-a", "x-a", " 1-a",
            "9223372036854775807-a", "99999999999999999999-a", "１-a",
        ])
    func labels(text: String) {
        #expect(SubmissionID(key: Sample.key(), label: text) == nil)
        #expect(SubmissionID(key: Sample.key(), label: Self.submission.label) == Self.submission)
    }

    @Test("a nonce is new each time and readable back")
    func nonces() throws {
        let nonces = (0..<1000).map { _ in Nonce.random() }
        #expect(Set(nonces).count == 1000)
        for nonce in nonces {
            #expect(nonce.text.count == 24)
            #expect(try Nonce(nonce.text) == nonce)
        }
    }

    @Test(
        "every outcome of a question has an answer, no other has",
        arguments: [
            (.go, GoAnswer(verdict: .go)), (.no(.deleted), GoAnswer(verdict: .no)),
            (.no(.placedElsewhere(Sample.placement("c2"))), GoAnswer(verdict: .no, chosen: Sample.placement("c2"))),
            (.no(.finished), GoAnswer(verdict: .finished)), (.no(.unknown), GoAnswer(verdict: .unknown)),
            (.accepted, nil), (.conflict, nil), (.stale, nil), (.deleted, nil), (.changed, nil), (.ignored, nil),
        ] as [(FoldOutcome, GoAnswer?)])
    func answers(outcome: FoldOutcome, answer: GoAnswer?) {
        #expect(GoAnswer(outcome) == answer)
    }

    @Test("delays grow and end")
    func delays() {
        let delays = (0...).lazy.map { RetryDelay.after(failures: $0) }.prefix { $0 != nil }.compactMap { $0 }
        #expect(Array(delays) == [.fiveSeconds, .thirtySeconds, .twoMinutes, .twoMinutes, .tenMinutes])
        #expect(RetryDelay.after(failures: -1) == .fiveSeconds)
        #expect(RetryDelay.after(failures: .max) == nil)
    }

    @Test(
        "names of backends are read as operators write them",
        arguments: [
            ("docker", Backend.docker), ("podman", .docker), ("Podman", .docker), ("SWARM", .swarm),
            ("kubernetes", .kubernetes), ("openshift", .kubernetes), ("cromwell", .cromwell), ("slurm", .slurm),
        ])
    func backends(name: String, backend: Backend) throws {
        #expect(try Backend(named: name) == backend)
        #expect(throws: InvalidValue.self) { try Backend(named: name + " ") }
    }

    private func check<Message: Codable & Equatable>(_ message: Message) throws {
        #expect(try JSONMessage.decode(Message.self, from: JSONMessage.encode(message)) == message)
    }

    private func check<Message: Codable & Equatable>(_ message: Message, _ json: String) throws {
        #expect(try JSONMessage.decode(Message.self, from: Array(json.utf8)) == message)
        #expect(
            try JSONMessage.decode(JSONValue.self, from: JSONMessage.encode(message))
                == JSONMessage.decode(JSONValue.self, from: Array(json.utf8)))
    }
}
