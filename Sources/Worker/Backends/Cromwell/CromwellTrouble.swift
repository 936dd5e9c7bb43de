import Core

/// Sorts what Cromwell answers into what will never work, what may work later, and an engine that is away.
enum CromwellTrouble {
    static func general(_ error: CromwellError) -> EngineTrouble {
        switch error {
        case .unreachable(let reason), .unclear(let reason): .away("\(reason)")
        // What a proxy says for a server that is gone, and Cromwell itself while it stops or is overrun.
        case .status(502, let message), .status(503, let message), .status(504, let message):
            .away("Cromwell says: \(message)")
        case .status, .malformed: .transient("\(error)".forMessage(limit: 800))
        }
    }

    static func submitting(_ error: CromwellError) -> EngineTrouble {
        switch error {
        case .status(400, let message), .status(413, let message), .status(422, let message):
            .permanent("Cromwell refused the workflow: \(message)")
        // Of Cromwell itself these are about the address or a proxy in front, not about the job.
        default: general(error)
        }
    }
}
