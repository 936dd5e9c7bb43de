import Glibc

/// The system refused a thread or a descriptor.
public struct ThreadError: Error, CustomStringConvertible {
    /// The call that failed.
    public let call: String
    /// Its `errno`.
    public let code: Int32

    public var description: String {
        "\(call): \(String(cString: strerror(code))) (raise the limit of processes or open files: ulimit -u, ulimit -n)"
    }
}
