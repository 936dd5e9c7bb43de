import Testing

/// The checker must find what it is there for: each promise, broken.
struct CheckerTests {
    private static let good = #"{"status":"finishedSuccessfully","message":"exited (0)"}"#

    private static func get(
        _ status: String, at time: Double, gateway: Int = 0, stale: Bool = false, epoch: Int = 0, life: Int? = nil
    ) -> Observation {
        Observation(
            job: "a", epoch: epoch, gateway: gateway, kind: .get, sent: time, received: time + 0.01,
            answer: .job(status: status, message: "", isStale: stale, life: life ?? epoch))
    }

    private static func see(
        _ kind: Observation.Kind, _ answer: Observation.Answer, at time: Double, gateway: Int = 0, epoch: Int = 0
    ) -> Observation {
        Observation(
            job: "a", epoch: epoch, gateway: gateway, kind: kind, sent: time, received: time + 0.01, answer: answer)
    }

    private static func object(
        _ id: String = "1", submission: String = "1-x", starts: Int = 1, code: Int? = 0, removed: Bool = false
    ) -> EngineLedger.Object {
        EngineLedger.Object(
            id: id, job: "a", submission: submission, starts: starts, exitCode: code, isRemoved: removed)
    }

    private static func checker(
        _ observations: [Observation], _ objects: [EngineLedger.Object] = [object()],
        _ states: [String?] = [good, good]
    ) -> Checker {
        Checker(
            observations: observations, ledgers: [EngineLedger(objects: objects)], finalStates: states.map { ["a": $0] }
        )
    }

    private static let posted = see(.post, .created, at: 0)

    @Test(arguments: [
        checker([posted, get("notstarted", at: 1), get("started", at: 2), get("finishedSuccessfully", at: 3)]),
        checker([see(.post, .unknown, at: 0), see(.get, .gone, at: 0.5), see(.post, .created, at: 1)]),
        checker([
            posted, get("started", at: 1), get("notstarted", at: 1.1, gateway: 1), get("finishedSuccessfully", at: 3),
        ]),
        checker(
            [posted, see(.delete, .deleted, at: 1), see(.get, .gone, at: 1.1)], [object(removed: true)], [nil, nil]),
        checker(
            [
                posted, see(.delete, .deleted, at: 1), get("started", at: 1.5, gateway: 1),
                see(.get, .gone, at: 4, gateway: 1),
            ],
            [object(starts: 0, code: nil, removed: true)], [nil, nil]),
        checker(
            [posted, see(.delete, .unknown, at: 1), see(.get, .gone, at: 2)], [object(removed: true)], [nil, nil]),
        checker(
            [
                posted, see(.delete, .deleted, at: 1), see(.post, .created, at: 2, epoch: 1),
                get("started", at: 3, epoch: 1),
            ],
            [object(removed: true), object("2", submission: "2-y")]),
        checker(
            [
                posted, see(.delete, .deleted, at: 1), see(.post, .created, at: 2, epoch: 1),
                get("started", at: 3, gateway: 1, stale: true, epoch: 1, life: 0),
                get("notstarted", at: 4, gateway: 1, epoch: 1),
            ],
            [object(removed: true), object("2", submission: "2-y")]),
    ])
    func `What is right is right`(_ checker: Checker) {
        #expect(checker.violations().isEmpty)
    }

    @Test(arguments: [
        (Violation.Promise.acceptedJobIsThere, checker([posted, see(.get, .gone, at: 1)])),
        (.acceptedJobIsThere, checker([posted], [], [nil, nil])),
        (.statusNeverGoesBack, checker([posted, get("started", at: 1), get("notstarted", at: 2)])),
        (.statusNeverGoesBack, checker([posted, get("finishedSuccessfully", at: 1), get("started", at: 2)])),
        (.finalStatusStands, checker([posted, get("finishedWithError", at: 1), get("finishedSuccessfully", at: 2)])),
        (
            .deletedIsGone,
            checker(
                [posted, see(.delete, .deleted, at: 1), get("started", at: 1.5)], [object(removed: true)], [nil, nil])
        ),
        (
            .deletedIsGone,
            checker(
                [posted, see(.delete, .deleted, at: 1), get("started", at: 5, gateway: 1)], [object(removed: true)],
                [nil, nil])
        ),
        (.deletedIsGone, checker([posted, see(.delete, .deleted, at: 1)])),
        (
            .deletedIsGone,
            checker([
                posted, see(.delete, .deleted, at: 1), see(.post, .created, at: 2, epoch: 1),
                get("started", at: 5, gateway: 1, epoch: 1, life: 0),
            ])
        ),
        (
            .statusNeverGoesBack,
            checker([
                posted, see(.delete, .deleted, at: 1), see(.post, .created, at: 2, epoch: 1),
                get("notstarted", at: 3, gateway: 1, epoch: 1),
                get("started", at: 4, gateway: 1, stale: true, epoch: 1, life: 0),
            ])
        ),
        (.answersAreKnown, checker([posted, see(.get, .other(500, "oops"), at: 1)])),
        (.answersAreKnown, checker([posted, see(.post, .other(409, "in use"), at: 1)])),
        (.startedOnce, checker([posted], [object(starts: 2)])),
        (.startedOnce, checker([posted], [object(), object("2", removed: true)])),
        (.statusIsExitCode, checker([posted], [object(code: 3)])),
        (.statusIsExitCode, checker([posted], [object(starts: 0, code: nil)])),
        (.statusIsExitCode, checker([posted], [])),
        (
            .everyJobEnds,
            checker(
                [posted], [object()],
                [#"{"status":"started","message":"running"}"#, #"{"status":"started","message":"running"}"#])
        ),
        (.everyJobEnds, checker([posted, get("undefined", at: 3)])),
        (.nothingIsLeft, checker([posted], [object(), object("2", starts: 0, code: nil)])),
        (.nothingIsLeft, checker([posted, see(.delete, .deleted, at: 1)], [object()], [nil, nil])),
        (.replicasAreEqual, checker([posted], [object()], [good, nil])),
    ])
    func `A broken promise is found`(_ promise: Violation.Promise, _ checker: Checker) {
        #expect(checker.violations().map(\.promise).contains(promise))
    }

    @Test func `A ledger is read as the engine writes it`() {
        let ledger = EngineLedger(
            """
            10\tcreate\tabc\tname\timage\t5\t3\t{"org.chrisproject.pman.jid":"job-1","org.chrisproject.pman.submission":"1-x"}
            11\trename\tabc\tother
            12\tstart\tabc\t1-x
            13\texit\tabc\t3
            14\tremove\tabc

            """)
        #expect(
            ledger.objects["abc"]
                == .init(id: "abc", job: "job-1", submission: "1-x", starts: 1, exitCode: 3, isRemoved: true))
    }
}
