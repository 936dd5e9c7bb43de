/// Why a job has not started.
struct Waiting: Encodable, Sendable, Equatable {
    enum Reason: String, Encodable, Sendable {
        case queued, pulling, scheduler, retrying
        case noWorker = "no_worker"
        case engineFull = "engine_full"
        case engineUnreachable = "engine_unreachable"
    }

    let reason: Reason
    let text: String
    /// Jobs of the backend before it, plus one.
    var position: Int?
    /// How long the first of them waits.
    var headAgeSeconds: Double?

    enum CodingKeys: String, CodingKey {
        case reason, text, position
        case headAgeSeconds = "head_age_seconds"
    }

    /// The workers know better than what the log last said.
    var outweighsLog: Bool { reason == .noWorker || reason == .engineUnreachable || reason == .engineFull }

    /// For version 1, whose message has to say it all.
    var sentence: String {
        guard reason == .queued, let position else { return text }
        let age = headAgeSeconds.map { ", the first waits \(Int($0)) s" } ?? ""
        return "\(text): number \(position)\(age)"
    }
}
