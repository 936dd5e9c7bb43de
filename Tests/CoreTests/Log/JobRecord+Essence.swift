import Core

/// What of a record must not depend on chance: all but places in the log, the order of leftovers, and the wording of a
/// status that is not final, which the next report corrects.
struct Essence: Hashable, CustomStringConvertible {
    var deletedGeneration: Int
    var current: SubmissionID?
    var request: JobRequest?
    var placement: Placement?
    var rank: Int
    var final: StatusReport?
    var removed: Bool
    var ended: Bool
    var leftovers: Set<Leftover>

    init(_ record: JobRecord) {
        deletedGeneration = record.deletedGeneration
        current = record.current?.id
        request = record.current?.request
        placement = record.current?.placement
        rank = record.current?.report?.status.rank ?? 0
        final = record.current.flatMap { $0.isFinal ? $0.report : nil }
        removed = record.current?.removed ?? false
        ended = record.current?.ended ?? false
        leftovers = Set(record.leftovers)
    }

    func leaving(_ leftovers: Set<Leftover>) -> Essence {
        var copy = self
        copy.leftovers = leftovers
        return copy
    }

    var description: String {
        "deleted \(deletedGeneration), current \(current.map(\.label) ?? "none") on "
            + "\(placement.map(\.object.text) ?? "nothing"), rank \(rank), \(final?.message ?? "not final"), "
            + "removed \(removed), ended \(ended), left \(leftovers.map(\.placement.object.text).sorted())"
    }
}
