import Foundation
import Support

/// Posts jobs, polls them and deletes some, one after the other, through whichever gateway, as pfcon would behind a load
/// balancer; and writes down all that it sees.
struct Client: Sendable {
    let number: Int
    let gateways: [PmanAPI]
    let began: ContinuousClock.Instant
    /// No new job after this.
    let end: ContinuousClock.Instant
    /// Nothing at all after this.
    let limit: ContinuousClock.Instant
    /// How often an id is used at most.
    private static let epochs = 2

    func run(seed: UInt64) async throws -> [Observation] {
        var random = SeededGenerator(seed: seed &+ UInt64(number) &* 7919)
        var seen: [Observation] = []
        var count = 0
        while .now < end {
            count += 1
            try await live("torture-\(number)-\(count)", &random, &seen)
        }
        return seen
    }

    /// One id's life: posted, polled, perhaps deleted, perhaps used again.
    private func live(_ job: String, _ random: inout SeededGenerator, _ seen: inout [Observation]) async throws {
        for epoch in 0..<Self.epochs {
            let request = JobRequest(
                jid: job,
                entrypoint: [
                    "simulate", String(Int.random(in: 0...1500, using: &random)),
                    String(Int.random(in: 0...3, using: &random)), Self.life(epoch),
                ])
            while true {
                guard .now < limit else { return }
                let answer = try await see(.post, job, epoch, &random, &seen) {
                    try await $0.post(request, timeout: $1)
                }
                if answer == .created { break }
                if case .other = answer { return }
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...300, using: &random)))
            }
            // When to delete: after so many polls; most never.
            let polls = Int.random(in: 0...8, using: &random)
            let deletesAfter = Int.random(in: 0..<10, using: &random) < 4 ? polls : .max
            var polled = 0
            while polled < deletesAfter {
                guard .now < limit else { return }
                let answer = try await see(.get, job, epoch, &random, &seen) { try await $0.get(job, timeout: $1) }
                polled += 1
                if case .job(let status, _, _, epoch) = answer, Checker.finalStatuses.contains(status),
                    deletesAfter == .max
                {
                    return
                }
                if case .other = answer { return }
                try await Task.sleep(for: .milliseconds(Int.random(in: 10...400, using: &random)))
            }
            while true {
                guard .now < limit else { return }
                let answer = try await see(.delete, job, epoch, &random, &seen) {
                    try await $0.delete(job, timeout: $1)
                }
                if answer == .deleted || answer == .gone { break }
                if case .other = answer { return }
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...300, using: &random)))
            }
            _ = try await see(.get, job, epoch, &random, &seen) { try await $0.get(job, timeout: $1) }
            guard Int.random(in: 0..<3, using: &random) == 0, seen.last?.answer == .gone,
                seen.contains(where: { $0.job == job && $0.epoch == epoch && $0.answer == .deleted })
            else { return }
        }
    }

    private func see(
        _ kind: Observation.Kind, _ job: String, _ epoch: Int, _ random: inout SeededGenerator,
        _ seen: inout [Observation], _ ask: (PmanAPI, Duration) async throws -> HTTPAnswer
    ) async throws -> Observation.Answer {
        let gateway = Int.random(in: gateways.indices, using: &random)
        let sent = began.duration(to: .now)
        let answer: Observation.Answer
        do {
            answer = Self.read(try await ask(gateways[gateway], .seconds(12)), of: kind)
        } catch is HTTPFailure {
            answer = .unknown
        }
        seen.append(
            Observation(
                job: job, epoch: epoch, gateway: gateway, kind: kind, sent: sent / .seconds(1),
                received: began.duration(to: .now) / .seconds(1), answer: answer))
        return answer
    }

    /// A word of the job's command, by which an answer about it is told from one about a job that had its id before.
    private static func life(_ epoch: Int) -> String { "life-\(epoch)" }

    private static func life(of command: String) -> Int? { (0..<epochs).first { command.contains(life($0)) } }

    static func read(_ answer: HTTPAnswer, of kind: Observation.Kind) -> Observation.Answer {
        switch (kind, answer.status) {
        case (_, 503): .unknown
        case (.post, 201): .created
        case (.delete, 204): .deleted
        case (.get, 404), (.delete, 404): .gone
        case (.get, 200):
            if let status = answer.json["status"].string, let life = life(of: answer.json["cmd"].string ?? "") {
                .job(
                    status: status, message: answer.json["message"].string ?? "",
                    isStale: answer.headers["warning"] != nil,
                    life: life)
            } else {
                .other(200, answer.text)
            }
        default: .other(answer.status, answer.text)
        }
    }
}
