import Core

/// How a gateway follows one job's output: a value without I/O. What happens comes in, what is to be done goes out.
struct Following: Sendable {
    /// What the log says of the job.
    enum View: Sendable, Equatable {
        case waiting(String)
        case running(Placement)
        case ended(JobStatus, logs: String)
        /// Deleted, or another job has its id by now.
        case gone
    }

    enum Action: Sendable, Equatable {
        case ask(Nonce, Placement)
        case renew(Nonce, worker: String, received: Int)
        case stop(Nonce, worker: String)
        case output(String)
        /// 0: it cannot be told how many.
        case dropped(Int)
        case waiting(String)
        /// The last one.
        case end(String)
    }

    private struct Reading: Sendable {
        let stream: Nonce
        let worker: String
        var next = 1
        var received = 0
        var renewed = 0
        var renewedAt: ContinuousClock.Instant
        var heardAt: ContinuousClock.Instant
    }

    private enum Phase: Sendable {
        case idle
        case asking(Nonce, until: ContinuousClock.Instant)
        case reading(Reading)
        case pausing(until: ContinuousClock.Instant)
        /// The engine has said everything; the log has not said yet how the job ended.
        case finished
        case over
    }

    private var phase = Phase.idle
    /// The last output that listeners were given, without a gap.
    private(set) var known: [UInt8] = []
    /// Whether that is all of it.
    private(set) var isWhole = true
    /// A tail that a later stream begins with, until it can be told where it goes on from what is known.
    private var tail: (bytes: [UInt8], until: ContinuousClock.Instant?)?
    /// Why there is nothing at the moment; nil when there is.
    private(set) var reason: String?
    private var endedAt: ContinuousClock.Instant?

    static let historyLimit = 256 << 10
    private static let answerLimit: Duration = .seconds(4)
    private static let pause: Duration = .seconds(1)
    /// How long the tail that a stream begins with takes to come.
    private static let settling: Duration = .seconds(1)
    /// How long the last of the output may take after the end.
    private static let lastWords: Duration = .seconds(2)

    /// The stream that is asked for or read.
    var stream: Nonce? {
        switch phase {
        case .asking(let stream, _): stream
        case .reading(let reading): reading.stream
        default: nil
        }
    }

    var isOver: Bool { if case .over = phase { true } else { false } }
    private var isReading: Bool { if case .reading = phase { true } else { false } }

    // MARK: What happens

    /// Looks at the job and at the clock; to be called a few times a second.
    mutating func look(
        _ view: View, now: ContinuousClock.Instant, fresh: () -> Nonce = { .random() }
    ) -> [Action] {
        switch view {
        case .gone: return isOver ? [] : end("deleted")
        case .ended(let status, let logs): return isOver ? [] : finish(status, logs, now)
        case .waiting(let why): return wait(why)
        case .running(let placement): return goOn(placement, now, fresh)
        }
    }

    mutating func take(_ update: FollowUpdate, now: ContinuousClock.Instant) -> [Action] {
        var reading: Reading
        switch phase {
        case .asking(update.stream, _) where update.sequence == 0:
            reading = Reading(stream: update.stream, worker: update.worker, next: 0, renewedAt: now, heardAt: now)
            if !known.isEmpty { tail = ([], nil) }
            reason = nil
        case .reading(let known) where known.stream == update.stream: reading = known
        default: return []
        }
        guard update.sequence == reading.next else {
            phase = .reading(reading)
            return lose("a part of the output was lost between the worker and here", now)
        }
        reading.next += 1
        reading.heardAt = now
        reading.received += update.text.utf8.count
        phase = .reading(reading)
        var actions = take(update.text, now)
        switch update.state {
        case .open:
            if reading.received - reading.renewed >= FollowTerms.window / 2 { actions.append(renew(&reading, now)) }
            phase = .reading(reading)
        case .finished:
            actions += settle()
            phase = .finished
        case .failed:
            actions += lose(update.reason ?? "the worker ended the stream", now, stops: false)
        }
        return actions
    }

    /// A message about this stream has no reader.
    mutating func unroutable(_ stream: Nonce, _ why: String, now: ContinuousClock.Instant) -> [Action] {
        switch phase {
        case .asking(stream, _): return lose(why, now)
        case .reading(let reading) where reading.stream == stream: return lose(why, now, stops: false)
        default: return []
        }
    }

    /// Nobody listens any more.
    mutating func leave() -> [Action] {
        defer { phase = .over }
        return stopping
    }

    // MARK: What is done

    private mutating func goOn(
        _ placement: Placement, _ now: ContinuousClock.Instant, _ fresh: () -> Nonce
    ) -> [Action] {
        switch phase {
        case .idle: return ask(placement, now, fresh())
        case .pausing(let until): return now >= until ? ask(placement, now, fresh()) : []
        case .asking(_, let until): return now >= until ? lose("no worker of the job's engine answers", now) : []
        case .finished, .over: return []
        case .reading(var reading):
            guard now - reading.heardAt < FollowTerms.silence else {
                return lose("nothing is heard of the worker any more", now)
            }
            var actions: [Action] = []
            if let until = tail?.until, now >= until { actions = settle() }
            if now - reading.renewedAt >= FollowTerms.renewal {
                actions.append(renew(&reading, now))
                phase = .reading(reading)
            }
            return actions
        }
    }

    private mutating func ask(_ placement: Placement, _ now: ContinuousClock.Instant, _ stream: Nonce) -> [Action] {
        phase = .asking(stream, until: now + Self.answerLimit)
        return [.ask(stream, placement)]
    }

    private mutating func wait(_ why: String) -> [Action] {
        guard reason != why else { return [] }
        reason = why
        return [.waiting(why)]
    }

    private func renew(_ reading: inout Reading, _ now: ContinuousClock.Instant) -> Action {
        reading.renewed = reading.received
        reading.renewedAt = now
        return .renew(reading.stream, worker: reading.worker, received: reading.received)
    }

    private mutating func lose(_ why: String, _ now: ContinuousClock.Instant, stops: Bool = true) -> [Action] {
        let actions = stops ? stopping : []
        phase = .pausing(until: now + Self.pause)
        // Not yet told: the next stream begins with it again.
        tail = nil
        return actions + wait(why)
    }

    private var stopping: [Action] {
        guard case .reading(let reading) = phase else { return [] }
        return [.stop(reading.stream, worker: reading.worker)]
    }

    private mutating func end(_ word: String) -> [Action] {
        defer { phase = .over }
        return stopping + [.end(word)]
    }

    // MARK: Output

    private mutating func take(_ text: String, _ now: ContinuousClock.Instant) -> [Action] {
        guard !text.isEmpty else { return [] }
        // The job has ended, and its engine still tells what it has written.
        if endedAt != nil { endedAt = now }
        guard var tail else { return tell(text) }
        tail.bytes += Array(text.utf8)
        tail.until = tail.until ?? now + Self.settling
        self.tail = tail
        return tail.bytes.count >= 2 * Self.historyLimit ? settle() : []
    }

    /// Goes on from what is known, now that the tail of a later stream has come.
    private mutating func settle() -> [Action] {
        guard let bytes = tail?.bytes else { return [] }
        tail = nil
        return goOn(in: bytes) ?? [.dropped(0)] + restart(with: bytes)
    }

    /// - Returns: nil when what is known is not in there.
    private mutating func goOn(in tail: [UInt8]) -> [Action]? { goOn(from: place(in: tail)) }

    private mutating func goOn(from place: Place) -> [Action]? {
        switch place.continuation {
        case .after(let count): return tell(String(decoding: place.bytes.dropFirst(count), as: UTF8.self))
        case .about(let count):
            isWhole = false
            return [.dropped(0)] + tell(String(decoding: place.bytes.dropFirst(count), as: UTF8.self))
        case .unknown: return nil
        }
    }

    private mutating func restart(with bytes: [UInt8]) -> [Action] {
        (known, isWhole) = ([], false)
        return tell(String(decoding: bytes, as: UTF8.self))
    }

    private mutating func tell(_ text: String) -> [Action] {
        guard !text.isEmpty else { return [] }
        known += Array(text.utf8)
        if known.count > Self.historyLimit {
            // Not at every line.
            known.removeFirst(known.count - Self.historyLimit / 2)
            isWhole = false
        }
        return [.output(text)]
    }

    /// A tail without its mark, and where in it that begins which is new.
    private struct Place {
        let bytes: [UInt8]
        let continuation: OutputContinuation
    }

    private func place(in tail: [UInt8]) -> Place {
        let isCut = Self.isCut(tail)
        let bytes = isCut ? Array(tail.dropFirst(CutMark.text.utf8.count)) : tail
        return Place(
            bytes: bytes,
            continuation: OutputContinuation.find(after: known, isWhole: isWhole && !isCut, in: bytes))
    }

    private static func isCut(_ tail: [UInt8]) -> Bool { tail.starts(with: CutMark.text.utf8) }

    /// The log's own tail decides what was still missing.
    private mutating func finish(_ status: JobStatus, _ logs: String, _ now: ContinuousClock.Instant) -> [Action] {
        let bytes = Array(logs.utf8)
        // A tail of lines that are all alike would fit anywhere: then a stream that still flows knows better.
        let isSure = !isReading || isWhole && !Self.isCut(bytes)
        if isSure {
            if known.isEmpty { return tell(logs) + end(status.rawValue) }
            let place = place(in: bytes)
            if case .after = place.continuation, let rest = goOn(from: place) { return rest + end(status.rawValue) }
            if case .finished = phase {
                // Docker 20.10 may end a stream before its output ends, when the job writes much at its end on a busy machine.
                let isAll = known.suffix(place.bytes.count).elementsEqual(place.bytes.suffix(known.count))
                return (isAll ? [] : goOn(from: place) ?? [.dropped(0)]) + end(status.rawValue)
            }
        }
        endedAt = endedAt ?? now
        guard let endedAt, now - endedAt >= Self.lastWords else {
            guard case .reading(var reading) = phase else { return [] }
            var actions: [Action] = []
            if let until = tail?.until, now >= until { actions = settle() }
            if now - reading.renewedAt >= FollowTerms.renewal {
                actions.append(renew(&reading, now))
                phase = .reading(reading)
            }
            return actions
        }
        if known.isEmpty { return tell(logs) + end(status.rawValue) }
        return (goOn(in: bytes) ?? [.dropped(0)]) + end(status.rawValue)
    }
}
