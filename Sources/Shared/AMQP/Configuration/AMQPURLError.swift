/// An AMQP URL that cannot be used; the text says why and never repeats the password.
public struct AMQPURLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One line for an operator.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
