import ArgumentParser

/// A length of time as one types it: `90`, `90s`, `5m`, `1h30m`, `2d`.
struct Span: ExpressibleByArgument, Sendable, Equatable, CustomStringConvertible {
    /// Ten years are as good as for ever, and no sum of them overflows.
    private static let most = 10 * 366 * 86_400

    /// At most ten years.
    let seconds: Int

    init(seconds: Int) {
        self.seconds = min(seconds, Self.most)
    }

    init?(argument: String) {
        var total = 0
        var number: Int?
        for character in argument {
            if let digit = character.wholeNumberValue, character.isASCII {
                number = min((number ?? 0) * 10 + digit, Self.most)
                continue
            }
            let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
            guard let unit = units[character], let count = number else { return nil }
            total = min(total + count * unit, Self.most)
            number = nil
        }
        guard !argument.isEmpty else { return nil }
        // A number without a unit is seconds, and stands alone: "1h30" could be anything.
        if let number {
            guard argument.allSatisfy(\.isNumber) else { return nil }
            total = number
        }
        seconds = total
    }

    /// In one or two units, for tables.
    var description: String {
        switch seconds {
        case ..<60: "\(max(0, seconds))s"
        case ..<3600: Self.pair(seconds / 60, "m", seconds % 60, "s", seconds < 600)
        case ..<86_400: Self.pair(seconds / 3600, "h", seconds % 3600 / 60, "m", seconds < 36_000)
        default: Self.pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h", seconds < 864_000)
        }
    }

    private static func pair(_ first: Int, _ unit: String, _ second: Int, _ smaller: String, _ isFine: Bool) -> String {
        isFine && second > 0 ? "\(first)\(unit)\(second)\(smaller)" : "\(first)\(unit)"
    }
}
