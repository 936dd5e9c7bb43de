/// What was put in last, in bounded room, and without a list in which each use moves an entry: when the young ones have half of
/// the room, the old ones are forgotten and the young ones are old.
struct Generations<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let value: Value
        let size: Int
    }

    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]
    private var youngSize = 0
    private let half: Int

    /// - Parameter half: so much is kept for certain, by the sizes of what is put in; there is never more than twice as much.
    init(half: Int) { self.half = half }

    func find(_ key: Key) -> Value? { (young[key] ?? old[key])?.value }

    func isYoung(_ key: Key) -> Bool { young[key] != nil }

    mutating func put(_ value: Value, size: Int, for key: Key) {
        remove(key)
        if youngSize + size > half { (old, young, youngSize) = (young, [:], 0) }
        young[key] = Entry(value: value, size: size)
        youngSize += size
    }

    /// Whoever is asked for is young again.
    mutating func use(_ key: Key) -> Value? {
        if let entry = young[key] { return entry.value }
        guard let entry = old[key] else { return nil }
        put(entry.value, size: entry.size, for: key)
        return entry.value
    }

    mutating func remove(_ key: Key) {
        old[key] = nil
        if let entry = young.removeValue(forKey: key) { youngSize -= entry.size }
    }

    mutating func removeAll() { self = Self(half: half) }
}
