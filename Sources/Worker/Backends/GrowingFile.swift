/// Reading a file that somebody else appends to.
enum GrowingFile {
    /// How often one is looked at that somebody follows.
    static let interval: Duration = .seconds(1)

    /// Which bytes are next.
    /// - Parameters:
    ///   - start: how far it was read; nil: only the end of what is there counts. Behind the end: the file was written anew.
    ///   - limit: how many bytes at most.
    static func range(size: Int, after start: Int?, limit: Int) -> Range<Int> {
        guard let start else { return max(0, size - limit)..<size }
        let from = start <= size ? start : 0
        return from..<min(size, from + limit)
    }
}
