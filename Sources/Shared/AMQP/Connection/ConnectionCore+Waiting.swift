import Threads

extension ConnectionCore {
    /// Returns when the state is `closed`.
    func closed() async {
        await withCheckedContinuation { continuation in
            let isClosed = shared.withLock { shared in
                if !shared.machine.isClosed { shared.closers.append(continuation) }
                return shared.machine.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }

    /// Returns when the thread has ended, or has been given up.
    func threadEnded() async {
        await withCheckedContinuation { continuation in
            let hasEnded = shared.withLock { shared in
                if !shared.hasThreadEnded { shared.runner = continuation }
                return shared.hasThreadEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    func publish(_ outgoing: OutgoingMessage, timeout: Duration) async -> PublishError? {
        let id = nextID()
        let deadline = ContinuousClock.now + timeout
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                apply { shared, _ in
                    shared.publishes[id] = continuation
                    if Task.isCancelled { return [.publishFinished(id, .cancelled)] }
                    return shared.machine.publish(id, outgoing, deadline: deadline)
                }
            }
        } onCancel: {
            apply { shared, _ in shared.machine.cancelPublish(id) }
        }
    }

    func request(_ outgoing: OutgoingMessage, timeout: Duration) async -> Result<AMQPMessage?, PublishError> {
        let id = nextID()
        let deadline = ContinuousClock.now + timeout
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                apply { shared, _ in
                    shared.requests[id] = continuation
                    if Task.isCancelled { return [.requestFinished(id, .failure(.cancelled))] }
                    return shared.machine.request(id, outgoing, deadline: deadline)
                }
            }
        } onCancel: {
            apply { shared, _ in shared.machine.cancelRequest(id) }
        }
    }

    func call(_ kind: Call.Kind, timeout: Duration) async -> Result<QueueCounts?, PublishError> {
        let id = nextID()
        let deadline = ContinuousClock.now + timeout
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                apply { shared, _ in
                    shared.calls[id] = continuation
                    if Task.isCancelled { return [.callFinished(id, .failure(.cancelled))] }
                    return shared.machine.call(id, kind, deadline: deadline)
                }
            }
        } onCancel: {
            apply { shared, _ in shared.machine.dropCall(id, .cancelled) }
        }
    }
}
