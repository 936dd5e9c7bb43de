import Core
import HTTPClient

extension DockerEngine {
    /// Starts a container at most once; `StartAttempt` says why it goes about it this way.
    func start(_ object: HeldObject) async throws(EngineTrouble) -> StartAttempt.Outcome {
        var attempt = StartAttempt(
            object: object.id, created: object.name != nil, isDoubtful: lostStarts.contains(object.id))
        var name = object.name ?? ""
        while true {
            switch attempt.next {
            case .rename(let id):
                guard let job = try await inspect(id)?.labels[JobLabels.job] else {
                    attempt.renamed(found: false)
                    continue
                }
                name = "\(job)-\(Nonce.random())"
                attempt.renamed(found: try await rename(id, to: name))
            case .inspect(let id):
                let inspection = try await inspection(id)
                if lostStarts.contains(id) { attempt.engineWentAway() }
                attempt.inspected(inspection)
            case .start:
                let reply = try await start(object.id, named: name)
                if case .lost = reply { lostStarts.insert(object.id) }
                attempt.startReplied(reply)
            case .done(let outcome):
                lostStarts.remove(object.id)
                return outcome
            }
        }
    }

    private func rename(_ id: ObjectID, to name: String) async throws(EngineTrouble) -> Bool {
        do throws(DockerError) {
            try await calls.renameContainer(id.text, to: name)
            return true
        } catch .status(404, _) {
            return false
        } catch {
            throw general(error)
        }
    }

    private func inspection(_ id: ObjectID) async throws(EngineTrouble) -> StartAttempt.Inspection {
        guard let state = try await inspect(id)?.state else { return .gone }
        return state.hasStarted || ContainerWord(state.status).objectState != .held ? .started : .neverStarted
    }

    private func start(_ object: ObjectID, named name: String) async throws(EngineTrouble) -> StartAttempt.StartReply {
        do throws(DockerError) {
            try await calls.startContainer(name, deadline: startDeadline)
            return .started
        } catch .unclear(.deadline) {
            lostStarts.insert(unanswered: object)
            return .unclear("it was not answered within \(startDeadline)")
        } catch .unreachable(let error) {
            throw .away("\(error)")
        } catch .status(404, let message) where DockerTrouble.meansNoContainer(message) {
            return .notFound
        } catch .unclear(let error) {
            return .lost("\(error)")
        } catch .status(_, let message) where DockerTrouble.meansForgottenStart(message) {
            return .refused(StartAttempt.doubt + " (\(message.forMessage(limit: 300)))")
        } catch .status(let status, let message) where status < 500 && status != 409 && status != 429 {
            return .refused(DockerTrouble.explain(message))
        } catch .status(_, let message) where DockerTrouble.isPermanent(message) {
            return .refused(DockerTrouble.explain(message))
        } catch {
            return .unclear("\(error)")
        }
    }
}
