import AMQP
import Core
import Logging
import Program

/// Makes a job ready, asks, and starts it: the one way by which anything starts on an engine.
struct Placing: Sendable {
    let engine: any Engine
    let health: EngineHealth
    let go: GoClient
    let reporter: Reporter
    let admission: Admission
    let inFlight: InFlight
    let watch: Watch
    let policy: JobPolicy
    let logger: Logger
    /// A go that is older is asked for again before anything is started.
    static let goLifetime: Duration = .seconds(5)

    enum Result: Sendable {
        /// Nothing more to do with the command.
        case settled
        /// Put the command back for a while; the text is for people.
        case later(String)
        /// Starting failed; try again after a growing delay.
        case failed(String)
    }

    /// Holds an object for a submission, or finds the one that is there.
    func place(_ submission: SubmissionID, _ request: JobRequest, accepted: () -> Void) async throws(EngineTrouble)
        -> Result
    {
        let found = try await engine.find(submission)
        // One that has started is asked about first: if the log chose it, the command is an echo.
        for object in found where object.state != .held {
            let answer = await go.ask(submission, object.id)
            switch answer?.verdict {
            case .go, .finished:
                accepted()
                await watch.refresh(object.id, submission)
                return .settled
            case .no:
                accepted()
                return .settled
            case .unknown: return .failed("the log does not know this submission")
            case nil: return .later("no gateway answered")
            }
        }
        // Also of one that was held before the policy changed.
        if let reason = policy.refusal(of: request) { throw .permanent(reason) }
        let held: HeldObject
        if let object = found.first {
            held = HeldObject(id: object.id, name: nil)
        } else {
            held = try await engine.hold(submission, request)
        }
        return try await askAndStart(submission, held, accepted: accepted)
    }

    /// Asks whether a held object may start, and starts it.
    /// - Parameter accepted: called when the log has decided, before the start: the command is then of no more use.
    func askAndStart(
        _ submission: SubmissionID, _ held: HeldObject, accepted: () -> Void
    ) async throws(EngineTrouble) -> Result {
        var asked = ContinuousClock.now
        var answer = await go.ask(submission, held.id)
        guard let first = answer else { return .later("no gateway answered") }
        if first.verdict != .unknown { accepted() }
        // This process may have been frozen since it asked.
        while answer?.verdict == .go, ContinuousClock.now - asked > Self.goLifetime {
            asked = .now
            answer = await go.ask(submission, held.id)
        }
        switch answer?.verdict {
        case .go: break
        case .no:
            _ = try await engine.remove(held.id, of: submission)
            admission.leave(submission)
            return .settled
        case .finished: return .settled
        case .unknown: return .failed("the log does not know this submission")
        // The log has chosen this object: the dispatcher will ask for its start.
        case nil: return .settled
        }
        switch try await engine.start(held) {
        case .started:
            await watch.refresh(held.id, submission)
        case .overtaken:
            logger.info("somebody else has taken over an object", metadata: ["jid": "\(submission.key.job)"])
        case .refused(let reason), .gaveUp(let reason):
            await reporter.status(
                submission, held.id,
                StatusReport(
                    status: .finishedWithError, message: "created: cannot be started: \(reason)",
                    timestamp: Timestamps.now(), cause: .refused))
            admission.leave(submission)
        }
        return .settled
    }
}
