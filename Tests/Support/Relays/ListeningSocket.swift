import CNetworks
import Foundation
import Glibc
import Threads

/// A socket that servers of the tests accept connections on.
struct ListeningSocket: Sendable {
    let address: HTTPAddress
    private let descriptor: Int32

    /// On a unix socket of this path.
    init(path: String) throws { try self.init(.unix(path: path)) }

    /// On a port of 127.0.0.1 that nobody uses.
    init() throws { try self.init(.tcp(host: "127.0.0.1", port: try FreePort.pick())) }

    private init(_ address: HTTPAddress) throws {
        self.address = address
        let family = if case .tcp = address { AF_INET } else { AF_UNIX }
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(call: "socket") }
        guard SocketName(address)?.use(descriptor, bind) == 0, listen(descriptor, 128) == 0 else {
            let error = SystemError(call: "listen on \(address)")
            close(descriptor)
            throw error
        }
    }

    /// On a port of 127.0.0.1 as a process sees it that has a network of its own (needs root).
    init(inNetworkOf process: pid_t) throws {
        let result = Locked<Result<ListeningSocket, any Error>?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        // A socket stays in the network that its thread was in; the thread ends and takes nothing else along.
        try DedicatedThread.start(name: "test-network") {
            let made = Result {
                let network = open("/proc/\(process)/ns/net", O_RDONLY | O_CLOEXEC)
                guard network >= 0 else { throw SystemError(call: "open /proc/\(process)/ns/net") }
                defer { close(network) }
                guard network_enter(network) == 0 else { throw SystemError(call: "setns") }
                let any = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
                defer { close(any) }
                guard network_loopback_up(any) == 0 else {
                    throw SystemError(call: "bring up the loopback interface")
                }
                return try ListeningSocket()
            }
            result.withLock { $0 = made }
            isDone.signal()
        }
        isDone.wait()
        guard let made = result.withLock({ $0 }) else { throw SupportError("the thread is gone") }
        self = try made.get()
    }

    /// Serves each connection on a thread of its own until `stop()`; `serve` closes its descriptor.
    func accept(name: String, _ serve: @escaping @Sendable (Int32) -> Void) throws {
        let descriptor = descriptor
        try DedicatedThread.start(name: name) {
            while true {
                let connection = Glibc.accept(descriptor, nil, nil)
                guard connection >= 0 else {
                    if errno == EINTR || errno == ECONNABORTED { continue }
                    break
                }
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                do { try DedicatedThread.start(name: name) { serve(connection) } } catch { close(connection) }
            }
            close(descriptor)
        }
    }

    /// Accepts no more.
    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        if case .unix(let path) = address { unlink(path) }
    }
}
