/// A queue whose ends cost nothing.
struct FIFO<Element> {
    private var slots: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == slots.count }
    var count: Int { slots.count - head }
    var first: Element? { isEmpty ? nil : slots[head] }
    var last: Element? { isEmpty ? nil : slots[slots.count - 1] }

    mutating func append(_ element: Element) {
        slots.append(element)
    }

    mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = slots[head]
        slots[head] = nil
        head += 1
        if head == slots.count {
            slots.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 512, head * 2 >= slots.count {
            slots.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Puts `elements` before all others, in their order.
    mutating func prepend(_ elements: [Element]) {
        slots = elements + slots[head...].compactMap { $0 }
        head = 0
    }

    mutating func removeAll(where isUnwanted: (Element) -> Bool) {
        slots = slots[head...].filter { $0.map { !isUnwanted($0) } ?? false }
        head = 0
    }

    mutating func removeAll() {
        slots.removeAll()
        head = 0
    }

    var elements: [Element] { slots[head...].compactMap { $0 } }
}

extension FIFO: Sendable where Element: Sendable {}
