/// What was printed last, so that a stream that begins anew with all that is known can go on where the old one broke off.
struct PrintedOutput: Sendable {
    /// Long enough to be found in one place only.
    private static let kept = 1024

    private var end: [UInt8] = []

    mutating func add(_ bytes: [UInt8]) {
        end = bytes.count >= Self.kept ? Array(bytes.suffix(Self.kept)) : Array((end + bytes).suffix(Self.kept))
    }

    /// What comes in `known` after the last place where it has what was printed; nil when it does not have that.
    func rest(of known: [UInt8]) -> ArraySlice<UInt8>? {
        guard let last = end.last else { return known[...] }
        var place = known.endIndex
        while place >= end.count {
            if known[place - 1] == last, known[(place - end.count)..<place].elementsEqual(end) {
                return known[place...]
            }
            place -= 1
        }
        return nil
    }

    /// The last lines; what follows the last line feed is a line if it is not empty.
    static func last(_ lines: Int, of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard lines > 0 else { return [] }
        var left = bytes.last == UInt8(ascii: "\n") ? lines + 1 : lines
        for place in bytes.indices.reversed() where bytes[place] == UInt8(ascii: "\n") {
            left -= 1
            if left == 0 { return bytes[(place + 1)...] }
        }
        return bytes
    }
}
