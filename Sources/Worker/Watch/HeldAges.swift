import Core

/// How long objects have been held that nobody here is placing.
///
/// One that is held for a minute is an orphan, and each minute again until it is settled: a question that no gateway
/// answered, or a removal that the engine did not take, is tried again.
struct HeldAges: Sendable {
    private var since: [ObjectID: ContinuousClock.Instant] = [:]
    private static let limit: Duration = .seconds(60)
    /// One that stays although it is settled (its start was refused) is asked about again after this.
    private static let rest: Duration = .seconds(3600)

    /// Which of all held objects that nobody here is placing have been so for too long.
    mutating func orphans(among held: [ObjectID], at now: ContinuousClock.Instant) -> Set<ObjectID> {
        since = Dictionary(held.map { ($0, since[$0] ?? now) }) { first, _ in first }
        let orphans = Set(since.filter { now - $0.value >= Self.limit }.keys)
        for id in orphans { since[id] = now }
        return orphans
    }

    mutating func settle(_ object: ObjectID, at now: ContinuousClock.Instant) {
        guard since[object] != nil else { return }
        since[object] = now + Self.rest - Self.limit
    }

    mutating func forget(_ object: ObjectID) { since[object] = nil }
}
