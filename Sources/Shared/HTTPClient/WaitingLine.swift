/// The calls to one address: how many are on the wire, and who waits for a turn, first come first served.
struct WaitingLine {
    private let maximum: Int
    private var onTheWire = 0
    private var waiting: [Call] = []
    private var first = 0

    init(maximum: Int) {
        self.maximum = maximum
    }

    var isUnused: Bool { onTheWire == 0 && first == waiting.count }

    mutating func append(_ call: Call) {
        waiting.append(call)
    }

    /// The next call that may start; it then counts as on the wire until `release`.
    mutating func next() -> Call? {
        guard onTheWire < maximum, first < waiting.count else { return nil }
        defer {
            first += 1
            onTheWire += 1
            if first > 64, first * 2 > waiting.count { compact() }
        }
        return waiting[first]
    }

    /// A call that `next` gave out is over.
    mutating func release() {
        onTheWire -= 1
    }

    /// Takes out the waiting calls that `predicate` picks, and returns them.
    mutating func remove(where predicate: (Call) -> Bool) -> [Call] {
        compact()
        let removed = waiting.filter(predicate)
        if !removed.isEmpty { waiting.removeAll(where: predicate) }
        return removed
    }

    /// The waiting calls.
    var calls: ArraySlice<Call> { waiting[first...] }

    private mutating func compact() {
        waiting.removeFirst(first)
        first = 0
    }
}
