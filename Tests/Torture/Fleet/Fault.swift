import Support

/// What is done to one process at a time.
enum Fault: String, Sendable, CaseIterable, Comparable {
    case gatewayKilled, gatewayFrozen, gatewayRestarted, gatewayCutOff, gatewayClockMoved, gatewayDiskFilled
    case workerKilled, workerFrozen, workerRestarted, workerCutOff, workerClockMoved
    case engineKilled, engineFrozen
    case brokerKilled, brokerFrozen

    static func < (left: Fault, right: Fault) -> Bool { left.rawValue < right.rawValue }

    /// How often it comes, compared with the others: what is quickly mended comes more often.
    var weight: Int {
        switch self {
        case .brokerKilled: 1
        case .brokerFrozen, .gatewayDiskFilled: 2
        default: 4
        }
    }

    /// - Parameter faults: not empty.
    static func random(among faults: [Fault], using random: inout SeededGenerator) -> Fault {
        var place = Int.random(in: 0..<faults.reduce(0) { $0 + $1.weight }, using: &random)
        for fault in faults {
            place -= fault.weight
            if place < 0 { return fault }
        }
        return faults[0]
    }
}
