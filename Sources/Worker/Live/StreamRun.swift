import Core
import Threads

/// One stream of output from an engine to a gateway.
struct StreamRun: Sendable {
    let request: FollowRequest
    let engine: any FollowsOutput
    let lease: FollowLease
    let sender: StreamSender
    let send: @Sendable (FollowUpdate) -> Void
    /// Between two updates, so that short lines travel together.
    private static let pause: Duration = .milliseconds(50)

    /// Returns when the engine has said everything, or the lease is over.
    func run() async {
        let pipe = OutputPipe(capacity: 2 * FollowTerms.chunk)
        let ending = Locked<(state: FollowUpdate.State, reason: String?)>((.failed, "the worker ended the stream"))
        await withTaskGroup { group in
            group.addTask {
                let end = await read(into: pipe)
                ending.withLock { $0 = end }
                pipe.close()
            }
            group.addTask {
                await lease.waitForEnd()
                pipe.close()
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: FollowTerms.renewal)
                    pipe.nudge()
                }
            }
            await pass(on: pipe, ending)
            lease.end()
            pipe.close()
            group.cancelAll()
        }
    }

    private func read(into pipe: OutputPipe) async -> (FollowUpdate.State, String?) {
        do throws(EngineTrouble) {
            guard try await engine.follow(request.object, { await pipe.write($0) }) else {
                return (.failed, "the engine does not know the job's object")
            }
            return (.finished, nil)
        } catch {
            return (.failed, "\(error)".forMessage(limit: 300))
        }
    }

    private func pass(on pipe: OutputPipe, _ ending: Locked<(state: FollowUpdate.State, reason: String?)>) async {
        var (sender, text, sent) = (sender, IncrementalText(), 0)
        // So that the gateway knows who sends.
        send(sender.update())
        while let bytes = await pipe.read(FollowTerms.chunk) {
            let piece = text.take(bytes)
            guard await lease.room(after: sent) > 0 else { break }
            sent += piece.utf8.count
            // An empty one says that all is well.
            send(sender.update(piece))
            // Where there is much there is no need to wait for more.
            if bytes.count < FollowTerms.chunk { try? await Task.sleep(for: Self.pause) }
        }
        let end = ending.withLock { $0 }
        send(sender.update(text.finish(), lease.isOver ? .failed : end.state, reason: end.reason))
    }
}
