/// What pmanctl ends with when it is not the job that decides; the numbers are those of sysexits.h and timeout(1).
enum ExitReason: Int32, Sendable {
    case failure = 1
    case usage = 64
    case refused = 65
    case notFound = 66
    case unreachable = 69
    case notAllowed = 77
    case waitRanOut = 124
}
