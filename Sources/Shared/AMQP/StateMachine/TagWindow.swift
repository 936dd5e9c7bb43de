/// What is outstanding on a channel, by the tags that count up from 1.
struct TagWindow<Element> {
    private var slots: [Element?] = []
    private var head = 0
    /// The tag of `slots[head]`.
    private var firstTag: UInt64 = 1
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// What is outstanding longest.
    var first: Element? { isEmpty ? nil : slots[head] }

    /// The tag that the next element gets.
    var nextTag: UInt64 { firstTag + UInt64(slots.count - head) }

    @discardableResult
    mutating func append(_ element: Element) -> UInt64 {
        defer {
            slots.append(element)
            count += 1
        }
        return nextTag
    }

    /// - Returns: nil when the tag was never given or is settled.
    mutating func take(_ tag: UInt64) -> Element? {
        guard let index = index(of: tag), let element = slots[index] else { return nil }
        slots[index] = nil
        count -= 1
        trim()
        return element
    }

    /// Takes everything up to and with `tag`; a tag of 0 means all, as in AMQP. Nothing when the tag was never given.
    mutating func takeAll(through tag: UInt64) -> [Element] {
        let last = tag == 0 ? nextTag - 1 : tag
        guard let end = index(of: last) else { return [] }
        let taken = slots[head...end].compactMap { $0 }
        for index in head...end { slots[index] = nil }
        count -= taken.count
        trim()
        return taken
    }

    mutating func takeEverything() -> [Element] {
        takeAll(through: 0)
    }

    /// Lets `change` at the outstanding elements in order until it returns true.
    mutating func updateFirst(where change: (inout Element) -> Bool) {
        for index in head..<slots.count {
            guard var element = slots[index] else { continue }
            if change(&element) {
                slots[index] = element
                return
            }
        }
    }

    private func index(of tag: UInt64) -> Int? {
        guard tag >= firstTag, tag < nextTag else { return nil }
        return head + Int(tag - firstTag)
    }

    private mutating func trim() {
        while head < slots.count, slots[head] == nil {
            head += 1
            firstTag += 1
        }
        if head == slots.count {
            slots.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 512, head * 2 >= slots.count {
            slots.removeFirst(head)
            head = 0
        }
    }
}

extension TagWindow: Sendable where Element: Sendable {}
