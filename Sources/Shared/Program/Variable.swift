/// One environment variable that a program reads, as `--help` shows it.
public struct Variable: Sendable, Hashable {
    public let name: String
    /// What is used when it is not set; nil when nothing is.
    public let defaultValue: String?
    /// What it means and which values are allowed, in one line.
    public let meaning: String

    public init(_ name: String, default defaultValue: String? = nil, _ meaning: String) {
        self.name = name
        self.defaultValue = defaultValue
        self.meaning = meaning
    }
}
