import Core
import Logging

extension CromwellEngine {
    /// Lets a workflow go. Doing so twice does nothing, so nothing more is needed for "at most once".
    func start(_ object: HeldObject) async throws(EngineTrouble) -> StartAttempt.Outcome {
        do throws(CromwellError) {
            try await client.releaseHold(object.id)
            table.started(object.id)
            return .started
        } catch .status(403, _), .status(409, _) {
            return try await notOnHold(object.id)
        } catch .status(404, let message), .status(400, let message) {
            if table.isGone(object.id) { return .overtaken }
            // Cromwell has accepted it and does not know it yet.
            throw .transient("Cromwell does not know the workflow yet: \(message)")
        } catch .status(500, let message) {
            // Whether it went through is seen by what it is now; whoever asks again does no harm.
            if try await metadata(object.id)?.state == .onHold {
                throw .transient("Cromwell could not release the workflow: \(message)")
            }
            return try await notOnHold(object.id)
        } catch {
            throw CromwellTrouble.general(error)
        }
    }

    /// It is not on hold any more, so somebody has let it go or ended it.
    private func notOnHold(_ id: ObjectID) async throws(EngineTrouble) -> StartAttempt.Outcome {
        guard let metadata = try await metadata(id) else {
            if table.isGone(id) { return .overtaken }
            throw .transient("Cromwell does not know the workflow yet")
        }
        // Removed before it began.
        if metadata.state == .aborted || metadata.state == .aborting, metadata.start == nil { return .overtaken }
        table.started(id)
        return .started
    }
}
