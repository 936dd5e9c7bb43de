import Core

extension FuzzTarget {
    static let all: [FuzzTarget] =
        requests + messages + tables + docker + schedulers + gateway + clients

    /// What was read must be the same after it was written and read again.
    static func survives<Value: Codable & Equatable>(_ value: Value) throws {
        let again = try JSONMessage.decode(Value.self, from: JSONMessage.encode(value))
        expect(again == value, "a \(Value.self) that was written and read is the same")
    }

    /// A stream as it comes over a connection.
    static func pieces(_ stream: [UInt8], _ size: Int) -> [[UInt8]] {
        stride(from: 0, to: stream.count, by: size).map { Array(stream[$0..<min($0 + size, stream.count)]) }
    }
}
