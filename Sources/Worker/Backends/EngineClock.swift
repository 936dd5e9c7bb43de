import FoundationEssentials
import HTTPClient
import Threads

/// What an engine's own clock says, by the `Date` of its answers.
///
/// How old something is that an engine has dated is counted by that engine's clock: this machine's may be an hour ahead,
/// and a job must not be ended for that.
final class EngineClock: Sendable {
    private let told = Locked<(date: Date, at: ContinuousClock.Instant)?>(nil)

    /// This machine's time as long as the engine has said none.
    var now: Date {
        guard let told = told.withLock({ $0 }) else { return .now }
        return told.date.addingTimeInterval(told.at.duration(to: .now) / .seconds(1))
    }

    func note(_ answer: HTTPResponse, at instant: ContinuousClock.Instant = .now) {
        guard let date = answer.date else { return }
        told.withLock { $0 = (Date(timeIntervalSince1970: Double(date)), instant) }
    }
}
