import Core
import Logging
import ServiceLifecycle

/// Settles held objects that nobody is placing any more: their worker died before it asked.
struct Orphans: Service {
    let watch: Watch
    let placing: Placing
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await object in watch.orphans { await settle(object) }
        }
    }

    private func settle(_ object: FoundObject) async {
        guard placing.inFlight.begin(object.submission) else { return }
        defer { placing.inFlight.end(object.submission) }
        do throws(EngineTrouble) {
            let result = try await placing.askAndStart(
                object.submission, HeldObject(id: object.id, name: nil), accepted: {})
            // Where nobody has answered, the next look asks again.
            if case .later(let reason) = result { return tell(object, reason) }
            watch.settled(object.id)
        } catch {
            placing.health.note(error)
            tell(object, "\(error)")
        }
    }

    private func tell(_ object: FoundObject, _ reason: String) {
        logger.info(
            "a held object could not be settled; trying again",
            metadata: ["jid": "\(object.submission.key.job)", "reason": "\(reason)"])
    }
}
