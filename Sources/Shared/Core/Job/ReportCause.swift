/// Why a report says what it says, as a word for programs; people read the message.
///
/// A word that this version does not know is kept as it is.
public struct ReportCause: Sendable, Hashable, Codable, CustomStringConvertible {
    public let text: String

    /// Keeps letters and digits, 40 at the most: a log entry must not become unreadable for its cause.
    public init(_ text: String) {
        self.text = String(decoding: text.utf8.filter(\.isASCIILetterOrDigit).prefix(40), as: UTF8.self)
    }

    public init(from decoder: any Decoder) throws { self.init(try String(from: decoder)) }
    public func encode(to encoder: any Encoder) throws { try text.encode(to: encoder) }

    public var description: String { text }

    /// Its start failed too often.
    public static let gaveUp = ReportCause("gaveUp")
    /// No worker could read its command.
    public static let unreadable = ReportCause("unreadable")
    /// Nothing was heard of its engine for `ENGINE_LOST_AFTER`.
    public static let engineLost = ReportCause("engineLost")
    /// Somebody asked for it.
    public static let cancelled = ReportCause("cancelled")
    /// Its engine does not know its object any more.
    public static let gone = ReportCause("gone")
    /// The engine refuses it, and would again.
    public static let refused = ReportCause("refused")
    /// It asks for more than the engine has at all.
    public static let tooLarge = ReportCause("tooLarge")
}
