/// No whole answer came. Whether the server did what was asked is unknown, unless the connection was refused.
public struct HTTPFailure: Error, CustomStringConvertible {
    public let address: HTTPAddress
    public let reason: String

    public var description: String { "\(address): \(reason)" }
}
