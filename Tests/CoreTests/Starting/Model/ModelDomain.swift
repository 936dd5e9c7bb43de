import Core

/// The real records and attempts that a model passes through, numbered, so that a state is a few bits. Each step is
/// taken once by the real code and then remembered.
struct ModelDomain {
    private(set) var records: [JobRecord]
    private(set) var attempts: [StartAttempt] = []
    private var numberOfRecord: [JobRecord: UInt8] = [:]
    private var numberOfAttempt: [StartAttempt: UInt8] = [:]
    private var folded: [Int: (record: UInt8, outcome: FoldOutcome)] = [:]

    let submission = Sample.submission()
    private let events: [Event]
    private let objectCount: Int

    enum Entry {
        case deleted
        case ended
        case placed(Int)
        case running(Int)
        case exited(Int)
        case removed(Int)
    }

    init(engineOfObject: [Int]) {
        objectCount = engineOfObject.count
        let submission = submission
        let placements = engineOfObject.enumerated().map { Sample.placement("c\($0)", engine: "engine-\($1)") }
        events =
            [.deleted(submission), .ended(submission, Sample.failed)] + placements.map { .placed(submission, $0) }
            + placements.map { .status(submission, $0, Sample.running) }
            + placements.map { .status(submission, $0, Sample.succeeded) }
            + placements.map { .removed(submission, $0) }
        var record = JobRecord(key: submission.key)
        _ = record.apply(.submitted(submission, Sample.request()), at: 1)
        records = [record]
        numberOfRecord[record] = 0
    }

    static func object(_ number: Int) -> ObjectID { Sample.placement("c\(number)").object }

    mutating func fold(_ entry: Entry, onto record: UInt8) -> (record: UInt8, outcome: FoldOutcome) {
        let event: Int =
            switch entry {
            case .deleted: 0
            case .ended: 1
            case .placed(let object): 2 + object
            case .running(let object): 2 + objectCount + object
            case .exited(let object): 2 + 2 * objectCount + object
            case .removed(let object): 2 + 3 * objectCount + object
            }
        let step = Int(record) << 8 | event
        if let known = folded[step] { return known }
        var next = records[Int(record)]
        let outcome = next.apply(events[event], at: 1)
        let number = numberOfRecord[next] ?? UInt8(records.count)
        if Int(number) == records.count {
            numberOfRecord[next] = number
            records.append(next)
        }
        let result = (number, outcome)
        folded[step] = result
        return result
    }

    mutating func number(of attempt: StartAttempt) -> UInt8 {
        if let known = numberOfAttempt[attempt] { return known }
        let number = UInt8(attempts.count)
        attempts.append(attempt)
        numberOfAttempt[attempt] = number
        return number
    }
}
