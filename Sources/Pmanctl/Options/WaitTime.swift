import ArgumentParser

/// How long `--wait` waits.
enum WaitTime: ExpressibleByArgument, Equatable, CustomStringConvertible {
    case forEver
    case atMost(Span)
    /// Kept until `validate`: ArgumentParser takes an option with a value that cannot be read for one without a value.
    case malformed(String)

    init?(argument: String) {
        self = Span(argument: argument).map { .atMost($0) } ?? .malformed(argument)
    }

    var description: String {
        switch self {
        case .forEver: "for ever"
        case .atMost(let span): span.description
        case .malformed(let text): text
        }
    }

    /// When it is over.
    func deadline(from start: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        switch self {
        case .forEver, .malformed: nil
        case .atMost(let span): start + .seconds(span.seconds)
        }
    }
}
