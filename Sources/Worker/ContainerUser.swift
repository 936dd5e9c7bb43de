import Core

/// `CONTAINER_USER`: the user and group of jobs, either fixed, random from a range, or left to the image.
struct ContainerUser: Sendable, Hashable {
    let user: ClosedRange<Int>?
    let group: ClosedRange<Int>?

    init() {
        user = nil
        group = nil
    }

    /// Reads `UID:GID`, where each is empty, a number, or a range `lo-hi`.
    init(_ text: String) throws(InvalidValue) {
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { throw Self.malformed }
        user = try Self.range(halves[0])
        group = halves.count == 2 ? try Self.range(halves[1]) : nil
    }

    private static let malformed = InvalidValue(
        "must be UID:GID, where each is empty, a number or a range lo-hi from 0 to 4294967294")

    private static func range(_ text: Substring) throws(InvalidValue) -> ClosedRange<Int>? {
        guard !text.isEmpty else { return nil }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        // 4294967295 is "no change" to the kernel (setresuid(2)).
        guard ends.count <= 2, let low = ends.first ?? nil, let high = ends.last ?? nil, low >= 0, low <= high,
            high < 4_294_967_295
        else { throw malformed }
        return low...high
    }
}
