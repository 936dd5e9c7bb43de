public import Glibc

/// A call to the system failed.
public struct SystemError: Error, CustomStringConvertible {
    public let call: String
    /// Its `errno`.
    public let code: Int32

    public init(call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    public var description: String { "\(call): \(String(cString: strerror(code)))" }
}
