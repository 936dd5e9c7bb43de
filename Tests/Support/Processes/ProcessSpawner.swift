import Foundation
import Glibc
import Threads

/// Starts all processes of the tests from one thread that never ends.
///
/// `PR_SET_PDEATHSIG`, by which they die with the test process, fires when the *thread* that started a process
/// ends, and threads of Swift's pool do end.
enum ProcessSpawner {
    private struct Order: Sendable {
        let arguments: [String]
        let environment: [String: String]
        let outputDescriptor: Int32
        let answer: @Sendable (Result<pid_t, SystemError>) -> Void
    }

    private struct Desk: Sendable {
        var orders: [Order] = []
        var waker: Waker?
    }

    private static let desk = Locked(Desk())

    /// Starts `arguments[0]`, looked up in PATH, in a process group of its own with no standard input.
    static func spawn(
        arguments: [String], environment: [String: String], outputDescriptor: Int32
    ) throws -> pid_t {
        let waker = try openDesk()
        let result = Locked<Result<pid_t, SystemError>?>(nil)
        let answered = DispatchSemaphore(value: 0)
        let order = Order(
            arguments: arguments, environment: environment, outputDescriptor: outputDescriptor,
            answer: { answer in
                result.withLock { $0 = answer }
                answered.signal()
            })
        desk.withLock { $0.orders.append(order) }
        waker.signal()
        answered.wait()
        guard let given = result.withLock({ $0 }) else { throw SupportError("the spawning thread is gone") }
        return try given.get()
    }

    private static func openDesk() throws -> Waker {
        try desk.withLock { desk throws -> Waker in
            if let waker = desk.waker { return waker }
            let waker = try Waker()
            try DedicatedThread.start(name: "test-spawner") { serve(waker) }
            desk.waker = waker
            return waker
        }
    }

    private static func serve(_ waker: Waker) {
        while true {
            var wait = pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&wait, 1, -1)
            waker.drain()
            let orders = desk.withLock { desk in
                defer { desk.orders = [] }
                return desk.orders
            }
            for order in orders { order.answer(start(order)) }
        }
    }

    private static func start(_ order: Order) -> Result<pid_t, SystemError> {
        keepDescriptorsToOurselves()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, order.outputDescriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, order.outputDescriptor, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        // A test runner may ignore SIGPIPE and others; servers expect them as they are by default.
        sigfillset(&signals)
        sigdelset(&signals, SIGKILL)
        sigdelset(&signals, SIGSTOP)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let argumentPointers = order.arguments.map { strdup($0) } + [nil]
        let environmentPointers = order.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argumentPointers + environmentPointers).forEach { free($0) } }
        var identifier: pid_t = 0
        let code = posix_spawnp(
            &identifier, order.arguments[0], &actions, &attributes, argumentPointers, environmentPointers)
        return code == 0 ? .success(identifier) : .failure(SystemError(call: "start \(order.arguments[0])", code: code))
    }

    /// A server that outlives a test must not keep the test runner's pipes open.
    private static func keepDescriptorsToOurselves() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap({ Int32($0) }) where descriptor > 2 {
            let flags = fcntl(descriptor, F_GETFD)
            if flags >= 0 { _ = fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) }
        }
    }
}
