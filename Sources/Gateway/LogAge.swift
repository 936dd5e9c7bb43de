import Core

/// How long the broker keeps an entry of the log, as `x-max-age` says it.
///
/// Source: https://www.rabbitmq.com/docs/streams#retention
struct LogAge: Sendable, Hashable {
    /// A number and its unit: `30D`.
    let text: String
    let seconds: Int

    init(_ text: String) throws(InvalidValue) {
        let units = ["Y": 31_536_000, "M": 2_592_000, "D": 86_400, "h": 3600, "m": 60, "s": 1]
        guard let unit = units[String(text.suffix(1))], let count = Int(text.dropLast()),
            (1...1_000_000).contains(count)
        else { throw InvalidValue("must be a number and one of Y, M, D, h, m, s, for example 30D") }
        self.text = text
        seconds = count * unit
    }
}
