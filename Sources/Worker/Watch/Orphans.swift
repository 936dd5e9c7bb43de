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
            _ = try await placing.askAndStart(
                object.submission, HeldObject(id: object.id, name: nil), accepted: {})
        } catch {
            placing.health.note(error)
            logger.info(
                "a held object could not be settled",
                metadata: ["jid": "\(object.submission.key.job)", "reason": "\(error)"])
        }
    }
}
