/// Cuts a byte stream into lines of at most `maximum` bytes; pure.
struct JSONLines: Sendable {
    /// A line was longer than that: this is no engine's stream.
    struct TooLong: Error {}

    private let maximum: Int
    private var partial: [UInt8] = []
    private var ready: [[UInt8]] = []
    private var nextReady = 0

    init(maximum: Int = 1 << 20) {
        self.maximum = maximum
    }

    /// Takes more bytes, however they were cut.
    mutating func append(_ bytes: [UInt8]) throws(TooLong) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 10) {
            partial += rest[..<end]
            rest = rest[(end + 1)...]
            finishLine()
        }
        partial += rest
        guard partial.count <= maximum else { throw TooLong() }
    }

    /// The stream has ended: what is left is a line too.
    mutating func finish() {
        finishLine()
    }

    /// The next complete line that is not empty.
    mutating func next() -> [UInt8]? {
        guard nextReady < ready.count else {
            (ready, nextReady) = ([], 0)
            return nil
        }
        nextReady += 1
        return ready[nextReady - 1]
    }

    private mutating func finishLine() {
        while partial.last == 13 || partial.last == 32 { partial.removeLast() }
        if !partial.isEmpty { ready.append(partial) }
        partial = []
    }
}
