/// One decoder of bytes from outside, and what must hold whatever the bytes are.
struct FuzzTarget: Sendable {
    /// What FUZZ_TARGET says, and the name of its folder in `Corpora`.
    let name: String
    /// Ends the process where something does not hold. Bytes that are refused in an orderly way throw or return.
    let run: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, _ run: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.run = run
    }

    nonisolated(unsafe) static var chosen: FuzzTarget?

    func take(_ bytes: [UInt8]) {
        do { try run(bytes) } catch {
            // What a refusal says goes into answers and log lines.
            _ = "\(error)"
        }
    }

    /// Ends the process when `condition` does not hold.
    static func expect(_ condition: Bool, _ text: @autoclosure () -> String) {
        if !condition { fatalError("does not hold: \(text())") }
    }
}
