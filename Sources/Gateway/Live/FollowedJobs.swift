import AMQP
import Core
import ServiceLifecycle
import Threads

/// The jobs whose output somebody listens to on this gateway.
final class FollowedJobs: Service {
    private struct State: Sendable {
        var jobs: [SubmissionID: FollowedJob] = [:]
    }

    private let cache: Cache
    private let consuming: AMQPConnection
    private let publishing: AMQPConnection
    private let names: QueueNames
    private let queue: String
    private let folds: Broadcast
    private let state = Locked(State())
    private let (begun, begin) = AsyncStream<FollowedJob>.makeStream()

    init(
        cache: Cache, consuming: AMQPConnection, publishing: AMQPConnection, names: QueueNames, queue: String,
        folds: Broadcast
    ) {
        self.cache = cache
        self.consuming = consuming
        self.publishing = publishing
        self.names = names
        self.queue = queue
        self.folds = folds
    }

    /// Follows while there are listeners.
    func run() async throws {
        var options = ConsumerOptions(queue: queue, prefetch: 100)
        options.automaticAcknowledgement = true
        let consumer = consuming.consume(options)
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await event in consumer {
                        guard case .delivery(let delivery) = event,
                            let update = try? JSONMessage.decode(FollowUpdate.self, from: delivery.message.body)
                        else { continue }
                        self.take(update)
                    }
                }
                for await job in begun {
                    group.addTask {
                        await job.run(self.folds)
                        self.state.withLock { if $0.jobs[job.submission] === job { $0.jobs[job.submission] = nil } }
                    }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            consumer.cancel()
            self.begin.finish()
        }
    }

    private func take(_ update: FollowUpdate) {
        // Few jobs are followed; each knows its own stream.
        for job in state.withLock({ Array($0.jobs.values) }) where job.owns(update) { return job.take(update) }
        // Of a stream that was given up before it began.
        guard update.state == .open,
            let body = try? JSONMessage.encode(FollowRenewal(stream: update.stream, received: 0, stop: true))
        else { return }
        var message = AMQPMessage(body: body)
        message.type = FollowRenewal.kind
        message.persistent = false
        publishing.send(message, routingKey: update.worker)
    }

    /// Begins to listen; letting go of what is returned ends it.
    func listen(to submission: SubmissionID) -> Listening {
        state.withLock { state in
            let buffer = ListenerBuffer()
            let place: (job: FollowedJob, number: Int)
            if let known = state.jobs[submission], let number = known.add(buffer) {
                place = (known, number)
            } else {
                let job = FollowedJob(
                    submission: submission, cache: cache, connection: publishing, names: names, queue: queue)
                let number = job.add(buffer) ?? 0
                begin.yield(job)
                state.jobs[submission] = job
                place = (job, number)
            }
            return Listening(buffer: buffer) { self.leave(place.job, place.number) }
        }
    }

    private func leave(_ job: FollowedJob, _ number: Int) {
        let isLast = state.withLock { state in
            guard job.remove(number) else { return false }
            if state.jobs[job.submission] === job { state.jobs[job.submission] = nil }
            return true
        }
        if isLast { job.leave() }
    }
}

/// One listener's place; it is given up when this is let go of.
final class Listening: Sendable {
    let buffer: ListenerBuffer
    private let leave: @Sendable () -> Void

    init(buffer: ListenerBuffer, leave: @escaping @Sendable () -> Void) {
        self.buffer = buffer
        self.leave = leave
    }

    deinit { leave() }
}
