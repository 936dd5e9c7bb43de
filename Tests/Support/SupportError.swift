/// What a fixture could not do; the text is what the test's reader sees.
public struct SupportError: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
