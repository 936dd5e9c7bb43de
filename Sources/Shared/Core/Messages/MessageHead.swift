/// What a message of any version says of itself.
public struct MessageHead: Sendable, Codable {
    /// The newest version that is understood here.
    public static let known = 1

    public let version: Int

    /// Whether the body is a message of a version to come, of which nothing else need be readable.
    public static func isNewer(_ body: [UInt8]) -> Bool {
        (try? JSONMessage.decode(MessageHead.self, from: body)).map { $0.version > known } ?? false
    }
}
