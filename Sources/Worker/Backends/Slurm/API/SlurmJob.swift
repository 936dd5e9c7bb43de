/// A job as slurmctld knows it. What this service does not use is left out.
struct SlurmJob: Sendable, Decodable, Hashable {
    let id: Int
    let comment: String
    /// `PENDING`, `RUNNING`, …; newer versions add flags such as `COMPLETING` beside it.
    let states: [String]
    /// Why it waits, or how it failed: `Resources`, `JobHeldUser`, `NonZeroExitCode`, …
    let reason: String
    let detail: String
    let exit: SlurmExit
    /// Seconds since 1970; 0: not yet.
    let start: Int
    let end: Int
    /// In minutes; nil: none.
    let timeLimit: Int?
    let cluster: String
    let userName: String
    let userID: Int?

    private enum CodingKeys: String, CodingKey {
        case id = "job_id"
        case comment, cluster
        case states = "job_state"
        case reason = "state_reason"
        case detail = "state_description"
        case exit = "exit_code"
        case start = "start_time"
        case end = "end_time"
        case timeLimit = "time_limit"
        case userName = "user_name"
        case userID = "user_id"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(Int.self, forKey: .id)
        comment = values.tolerant(.comment, or: "")
        let word: String? = values.tolerant(.states)
        let words: [String] = values.tolerant(.states, or: word.map { [$0] } ?? [])
        states = words.map { $0.uppercased() }
        reason = values.tolerant(.reason, or: "")
        detail = values.tolerant(.detail, or: "")
        exit = values.tolerant(.exit, or: SlurmExit(code: nil, signal: nil))
        start = Self.number(values, .start) ?? 0
        end = Self.number(values, .end) ?? 0
        timeLimit = Self.number(values, .timeLimit)
        cluster = values.tolerant(.cluster, or: "")
        userName = values.tolerant(.userName, or: "")
        userID = Self.number(values, .userID)
    }

    private static func number(_ values: KeyedDecodingContainer<CodingKeys>, _ key: CodingKeys) -> Int? {
        let number: SlurmNumber? = values.tolerant(key)
        return number?.value
    }
}

/// How a job's script ended: a status word of wait(2) up to v0.0.38, an object later.
struct SlurmExit: Sendable, Decodable, Hashable {
    let code: Int?
    let signal: Int?

    private enum CodingKeys: String, CodingKey {
        case code = "return_code"
        case signal
    }
    private enum SignalKeys: String, CodingKey {
        case id
        case oldID = "signal_id"
    }

    init(code: Int?, signal: Int?) {
        self.code = code
        self.signal = signal
    }

    init(from decoder: any Decoder) throws {
        if let word = try? decoder.singleValueContainer().decode(Int.self) {
            // Slurm uses numbers that wait(2) does not, such as a signal of 125 for one that ran out of memory.
            let number = word & 0x7f
            self.init(code: (word >> 8) & 0xff, signal: number == 0 ? nil : number)
            return
        }
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let code: SlurmNumber? = values.tolerant(.code)
        let signal = try? values.nestedContainer(keyedBy: SignalKeys.self, forKey: .signal)
        let number: SlurmNumber? = signal?.tolerant(.id) ?? signal?.tolerant(.oldID)
        self.init(code: code?.value, signal: number?.value.flatMap { (1...255).contains($0) ? $0 : nil })
    }
}

/// The answer of `/jobs`. A job that cannot be read is left out.
struct SlurmJobs: Sendable, Decodable {
    private struct Tolerant: Decodable {
        let job: SlurmJob?
        init(from decoder: any Decoder) throws { job = try? SlurmJob(from: decoder) }
    }

    let jobs: [SlurmJob]

    private enum CodingKeys: String, CodingKey { case jobs }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        jobs = try values.decode([Tolerant].self, forKey: .jobs).compactMap(\.job)
    }
}
