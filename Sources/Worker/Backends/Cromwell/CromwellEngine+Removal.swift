import Core
import Logging

extension CromwellEngine {
    /// Aborts a workflow, on hold or running, and waits until Cromwell says that it is over. Cromwell keeps what has
    /// ended for good: all that can be done with that is to have it no longer listed.
    func remove(_ object: ObjectID, of submission: SubmissionID) async throws(EngineTrouble) -> Bool {
        guard let found = try await metadata(object) else {
            guard table.isGone(object) else {
                throw .transient("Cromwell does not know the workflow, or not yet: asking again in a while")
            }
            return false
        }
        guard owner(found.labels)?.submission == submission else { return false }
        if found.state?.isTerminal == true {
            await leave(object)
            return true
        }
        if found.state != .aborting { try await abort(object) }
        let end = ContinuousClock.now + Self.abortPatience
        var pause: Duration = .milliseconds(100)
        while ContinuousClock.now < end {
            if try await metadata(object)?.state?.isTerminal == true {
                await leave(object)
                return true
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
        throw .transient("the workflow has not ended a minute after it was told to")
    }

    private func leave(_ object: ObjectID) async {
        table.forget(object)
        do {
            try await client.update(labels: CromwellLabels.removal, of: object)
        } catch {
            // It has ended, and that is what matters.
            logger.info(
                "a removed workflow stays listed", metadata: ["workflow": "\(object)", "reason": "\(error)"])
        }
    }

    /// How long a removal waits; the dispatcher asks again.
    private static let abortPatience: Duration = .seconds(60)

    /// Tells Cromwell to end a workflow; nothing when it has ended.
    func abort(_ object: ObjectID) async throws(EngineTrouble) {
        do throws(CromwellError) {
            try await client.abort(object)
        } catch .status(403, _), .status(404, _), .status(409, _) {
            // It has ended, or is ending.
        } catch {
            throw CromwellTrouble.general(error)
        }
    }
}
