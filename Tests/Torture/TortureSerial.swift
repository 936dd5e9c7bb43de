import Foundation
import Support
import Testing

/// The fleet under faults for as long as `PMAN_TORTURE_SECONDS` says (30), from a schedule that `PMAN_TEST_SEED` seeds;
/// only those that `PMAN_TORTURE_FAULTS` names, separated by commas, where it is set.
@Suite(.serialized) struct TortureSerial {
    @Test func `No promise is broken while one process at a time is hurt`() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["PMAN_TORTURE_SECONDS"].flatMap(Int.init) ?? 30
        let seed = environment["PMAN_TEST_SEED"].flatMap(UInt64.init) ?? .random(in: 1...999_999)
        let names = environment["PMAN_TORTURE_FAULTS"].flatMap { $0.isEmpty ? nil : $0.split(separator: ",") }
        let chosen = try names?.map { try #require(Fault(rawValue: String($0)), "there is no such fault") }
        print("    torture of \(seconds) s, seed \(seed)")
        let fleet = try await Fleet()
        do {
            try await torture(fleet, seconds: seconds, seed: seed, among: chosen ?? Fault.allCases)
        } catch {
            await fleet.stop()
            throw error
        }
        await fleet.stop()
    }

    private func torture(_ fleet: Fleet, seconds: Int, seed: UInt64, among faultsToMake: [Fault]) async throws {
        let began = ContinuousClock.now
        let end = began + .seconds(seconds)
        let apis = fleet.gateways.map(\.api)
        let (observations, faults) = try await withThrowingTaskGroup(of: [Observation].self) { group in
            for number in 0..<12 {
                let client = Client(
                    number: number, gateways: apis, began: began, end: end, limit: end + .seconds(120))
                group.addTask { try await client.run(seed: seed) }
            }
            var random = SeededGenerator(seed: seed)
            var faults: [Fault: Int] = [:]
            while .now < end {
                try await Task.sleep(for: .milliseconds(Int.random(in: 100...2000, using: &random)))
                let fault = Fault.random(among: faultsToMake, using: &random)
                try await fleet.inflict(fault, &random)
                faults[fault, default: 0] += 1
            }
            try await fleet.waitUntilReady()
            return (try await group.reduce(into: []) { $0 += $1 }, faults)
        }
        let violations = try await settle(fleet, observations, enginesWereKilled: faults[.engineKilled] != nil)
        let jobs = Set(observations.map(\.job)).count
        let told = faults.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key.rawValue)" }.joined(separator: ", ")
        print("    \(jobs) jobs, \(observations.count) requests, \(violations.count) violations; faults: \(told)")
        #expect(
            violations.isEmpty, "seed \(seed):\n\(violations.prefix(20).map(\.description).joined(separator: "\n"))")
        #expect(jobs > 0 && !faults.isEmpty)
    }

    /// Asks until nothing is left to be done, or the time is up; what is broken then stays so.
    private func settle(
        _ fleet: Fleet, _ observations: [Observation], enginesWereKilled: Bool
    ) async throws -> [Violation] {
        let jobs = Set(observations.map(\.job)).sorted()
        let deadline = ContinuousClock.now + .seconds(240)
        while true {
            var states: [Checker.FinalState] = []
            for gateway in fleet.gateways { states.append(try await state(of: jobs, at: gateway.api)) }
            let violations = Checker(
                observations: observations, ledgers: try fleet.engines.map { EngineLedger(try $0.ledger()) },
                finalStates: states, enginesWereKilled: enginesWereKilled
            ).violations()
            // What clients saw does not get better.
            let canImprove = violations.allSatisfy {
                [.everyJobEnds, .nothingIsLeft, .replicasAreEqual, .statusIsExitCode].contains($0.promise)
            }
            if violations.isEmpty || !canImprove || .now > deadline { return violations }
            try await Task.sleep(for: .seconds(2))
        }
    }

    private func state(of jobs: [String], at api: PmanAPI) async throws -> Checker.FinalState {
        try await withThrowingTaskGroup(of: [(String, String?)].self) { group in
            let size = max(1, jobs.count / 8 + 1)
            for start in stride(from: 0, to: jobs.count, by: size) {
                let part = jobs[start..<min(start + size, jobs.count)]
                group.addTask {
                    var found: [(String, String?)] = []
                    for job in part {
                        let answer = try await api.get(job)
                        found.append((job, answer.status == 404 ? nil : answer.json.description))
                    }
                    return found
                }
            }
            var state: Checker.FinalState = [:]
            for try await part in group { for (job, text) in part { state[job] = text } }
            return state
        }
    }
}
