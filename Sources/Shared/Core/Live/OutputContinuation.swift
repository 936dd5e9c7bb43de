/// Where, in a later tail of an output, that begins which comes after what is known of it.
public enum OutputContinuation: Sendable, Equatable {
    /// After so many bytes of the tail.
    case after(Int)
    /// After so many bytes at the latest. The output repeats itself: what is before that may be new as well, and more may
    /// be missing between the two.
    case about(Int)
    /// The two have nothing in common.
    case unknown

    /// Looks it up in time proportional to the lengths.
    /// - Parameters:
    ///   - known: the last bytes that are known.
    ///   - isWhole: whether they are all since the reading began, so that a tail that begins with them goes on from there.
    ///   - tail: without a mark that its beginning is cut off.
    public static func find(after known: [UInt8], isWhole: Bool, in tail: [UInt8]) -> OutputContinuation {
        if known.isEmpty || tail.isEmpty { return .after(0) }
        if isWhole, tail.starts(with: known) { return .after(known.count) }
        let knownFailures = failureTable(known)
        // One that ends as it begins would fit in more than one place of an output that goes on like this, also where a short
        // tail has only one of them.
        let repeatsItself = (knownFailures.last ?? 0) >= longestLine
        let ends = occurrences(of: known, knownFailures, in: tail)
        if let first = ends.first, let last = ends.last {
            return first == last && !repeatsItself ? .after(last) : .about(last)
        }
        // The tail begins later than what is known: what is known ends with what the tail begins with.
        let failures = failureTable(tail)
        var length = 0
        for byte in known {
            while length > 0, length == tail.count || tail[length] != byte { length = failures[length - 1] }
            if tail[length] == byte { length += 1 }
        }
        let least = max(leastOverlap, min(longestLine, (tail.firstIndex(of: 10) ?? tail.count) + 1))
        guard length == tail.count || length >= least else { return .unknown }
        return failures[length - 1] < least && !repeatsItself ? .after(length) : .about(length)
    }

    /// Fewer bytes in common are chance, and so is what is less than a line.
    private static let leastOverlap = 8
    /// Of a line that is longer, so many bytes do.
    private static let longestLine = 64

    /// Where each occurrence ends.
    /// - Parameter failures: the pattern's.
    private static func occurrences(of pattern: [UInt8], _ failures: [Int], in text: [UInt8]) -> [Int] {
        guard pattern.count <= text.count else { return [] }
        var ends: [Int] = []
        var length = 0
        for (index, byte) in text.enumerated() {
            while length > 0, length == pattern.count || pattern[length] != byte { length = failures[length - 1] }
            if pattern[length] == byte { length += 1 }
            if length == pattern.count { ends.append(index + 1) }
        }
        return ends
    }

    /// For each prefix the length of its longest proper prefix that is also its suffix (Knuth, Morris, Pratt).
    private static func failureTable(_ pattern: [UInt8]) -> [Int] {
        var table = [Int](repeating: 0, count: pattern.count)
        var length = 0
        for index in pattern.indices.dropFirst() {
            while length > 0, pattern[length] != pattern[index] { length = table[length - 1] }
            if pattern[length] == pattern[index] { length += 1 }
            table[index] = length
        }
        return table
    }
}
