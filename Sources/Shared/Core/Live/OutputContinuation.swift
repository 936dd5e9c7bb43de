/// Where, in a later tail of an output, that begins which comes after what is known of it.
public enum OutputContinuation: Sendable, Equatable {
    /// After so many bytes of the tail.
    case after(Int)
    /// After so many bytes at the latest; up to `uncertain` bytes before that may be new as well, because the output
    /// repeats itself.
    case about(Int, uncertain: Int)
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
        let ends = occurrences(of: known, in: tail)
        if let first = ends.first, let last = ends.last {
            return first == last ? .after(last) : .about(last, uncertain: last - first)
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
        var shortest = length
        while failures[shortest - 1] >= least { shortest = failures[shortest - 1] }
        return shortest == length ? .after(length) : .about(length, uncertain: length - shortest)
    }

    /// Fewer bytes in common are chance, and so is what is less than a line.
    private static let leastOverlap = 8
    /// Of a line that is longer, so many bytes do.
    private static let longestLine = 64

    /// Where each occurrence ends.
    private static func occurrences(of pattern: [UInt8], in text: [UInt8]) -> [Int] {
        guard pattern.count <= text.count else { return [] }
        let failures = failureTable(pattern)
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
