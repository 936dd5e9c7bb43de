import Core

/// A log about one job id as several gateways, workers and dispatchers could have written it.
///
/// Each of them knows the log up to a place of its own, so that it writes about submissions that are deleted by the
/// time the entry arrives; sends what it wrote in order, but late; and sends part of it again. What is written has its
/// cause in what its writer had read: nobody reports on an object that nobody was allowed to start.
struct History {
    private(set) var log: [Event] = []
    private var generator: SeededGenerator
    private var publishers: [Publisher]
    private var objects = 0
    private var nonces = 0

    private struct Publisher {
        /// How much of the log it has read.
        var read = 0
        /// What it wrote and the log has not got.
        var outbox: [Event] = []
        /// What it wrote, for sending some of it again.
        var sent: [Event] = []
    }

    static func random(seed: UInt64, length: Int = 36) -> [Event] {
        var history = History(seed: seed)
        while history.log.count < length { history.step() }
        return history.log
    }

    private init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        publishers = Array(repeating: Publisher(), count: 4)
    }

    private mutating func step() {
        let who = generator.below(publishers.count)
        switch generator.below(10) {
        case 0...2: publishers[who].read += generator.below(log.count - publishers[who].read + 1)
        case 3...5: deliver(who)
        case 6: resend(who)
        default:
            let record = fold(publishers[who].read)
            guard let event = write(knowing: record, read: publishers[who].read) else { return }
            publishers[who].outbox.append(event)
        }
    }

    private mutating func deliver(_ who: Int) {
        guard !publishers[who].outbox.isEmpty else { return }
        let event = publishers[who].outbox.removeFirst()
        publishers[who].sent.append(event)
        log.append(event)
        if generator.chance(15) { log.append(event) }
    }

    /// A connection broke: everything from some place on is sent again, in order.
    private mutating func resend(_ who: Int) {
        let sent = publishers[who].sent
        guard !sent.isEmpty, generator.chance(30) else { return }
        log.append(contentsOf: sent.suffix(1 + generator.below(min(4, sent.count))))
    }

    private func fold(_ count: Int) -> JobRecord { History.fold(log.prefix(count)) }

    static func fold(_ events: some Sequence<Event>, onto start: JobRecord = JobRecord(key: Sample.key())) -> JobRecord
    {
        var record = start
        for (offset, event) in events.enumerated() { _ = record.apply(event, at: LogOffset(offset)) }
        return record
    }

    private mutating func write(knowing record: JobRecord, read: Int) -> Event? {
        guard let current = record.current else { return generator.chance(70) ? submit(record) : remove(record) }
        switch generator.below(12) {
        case 0: return submit(record)
        case 1: return .deleted(current.id)
        case 2...4: return place(current, read: read)
        case 5...7: return report(current)
        case 8: return remove(record)
        case 9:
            return generator.chance(40)
                ? .ended(current.id, StatusReport(status: .finishedWithError, message: "engine lost")) : nil
        case 10: return wrongReport(current)
        default: return generator.chance(50) ? .marker : .dispatched(upTo: LogOffset(read))
        }
    }

    private mutating func submit(_ record: JobRecord) -> Event {
        nonces += 1
        let id = Sample.submission(record.nextGeneration, "n\(nonces)")
        return .submitted(id, Sample.request(arguments: generator.chance(60) ? ["one"] : ["other"]))
    }

    /// A worker asks for a new object of its own, or once more for one that it asked for before.
    private mutating func place(_ current: Submission, read: Int) -> Event {
        let asked = log.prefix(read).compactMap { event -> Placement? in
            guard case .placed(current.id, let placement) = event else { return nil }
            return placement
        }
        if generator.chance(30), let placement = generator.pick(asked) { return .placed(current.id, placement) }
        objects += 1
        return .placed(current.id, Sample.placement("c\(objects)", engine: "engine-\(1 + generator.below(2))"))
    }

    private mutating func report(_ current: Submission) -> Event? {
        let waiting = StatusReport(status: .notstarted, message: generator.chance(50) ? "queued" : "pulling image")
        let failed = StatusReport(status: .finishedWithError, message: "no such image")
        guard let placement = current.placement else {
            return .status(current.id, nil, generator.chance(80) ? waiting : failed)
        }
        let reports = [waiting, Sample.running, Sample.running, Sample.succeeded, Sample.failed, Sample.gone]
        return .status(current.id, placement, generator.pick(reports) ?? waiting)
    }

    private mutating func remove(_ record: JobRecord) -> Event? {
        if let leftover = generator.pick(record.leftovers), generator.chance(70) {
            return .removed(leftover.submission, leftover.placement)
        }
        guard let current = record.current, current.isFinal, let placement = current.placement else { return nil }
        return .removed(current.id, placement)
    }

    /// A report on an object that nobody was allowed to start.
    private mutating func wrongReport(_ current: Submission) -> Event {
        let report = generator.pick([Sample.waiting, Sample.running, Sample.succeeded, Sample.gone]) ?? Sample.gone
        return generator.chance(30)
            ? .removed(current.id, Sample.placement("stranger"))
            : .status(current.id, Sample.placement("stranger"), report)
    }
}
