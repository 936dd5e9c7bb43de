import Support
import Threads

/// Sends malformed requests from a thread of its own, and notes what comes back.
struct MalformedClient: Sendable {
    struct Tally: Sendable {
        var sent = 0
        var byStatus: [Int: Int] = [:]
        /// Connections that were closed without an answer.
        var closed = 0
        /// What must not happen, a few of them.
        var problems: [String] = []

        static func += (all: inout Tally, other: Tally) {
            all.sent += other.sent
            all.byStatus.merge(other.byStatus, uniquingKeysWith: +)
            all.closed += other.closed
            all.problems += other.problems
        }

        fileprivate mutating func note(_ status: Int?, _ request: MalformedRequest) {
            guard let status else { return closed += 1 }
            byStatus[status, default: 0] += 1
            if status >= 500 { complain("\(status)", request) }
        }

        fileprivate mutating func complain(_ what: String, _ request: MalformedRequest) {
            guard problems.count < 10 else { return }
            problems.append(
                "\(what) for \(String(decoding: request.bytes.prefix(600), as: UTF8.self).debugDescription)")
        }
    }

    let address: HTTPAddress
    /// How many requests are sent before their answers are read.
    private static let together = 16

    /// - Parameter requests: nil ends it.
    func send(_ requests: @escaping @Sendable () -> MalformedRequest?) async throws -> Tally {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try DedicatedThread.start(name: "malformed") { continuation.resume(returning: run(requests)) }
            } catch { continuation.resume(throwing: error) }
        }
    }

    private func run(_ requests: () -> MalformedRequest?) -> Tally {
        var tally = Tally()
        var open: RawConnection?
        var batch: [MalformedRequest] = []
        func settle() {
            defer { batch = [] }
            while !batch.isEmpty {
                guard let connection = open ?? connect(batch[0], &tally) else { return }
                open = connection
                let before = batch.count
                answer(batch, on: connection, &batch, &tally)
                // What came after the answer that ended the connection was not read: it is sent again.
                if !batch.isEmpty {
                    open = nil
                    if batch.count == before {
                        // The server may close a connection that was idle; twice for the same request is an answer.
                        tally.closed += 1
                        tally.sent += 1
                        batch.removeFirst()
                    }
                }
            }
        }
        while let request = requests() {
            if request.fate == .answered {
                batch.append(request)
                if batch.count == Self.together { settle() }
            } else {
                single(request, &tally)
            }
        }
        settle()
        return tally
    }

    private func connect(_ request: MalformedRequest, _ tally: inout Tally) -> RawConnection? {
        do { return try RawConnection(to: address) } catch {
            tally.complain("no connection (\(error))", request)
            return nil
        }
    }

    private func answer(
        _ requests: [MalformedRequest], on connection: RawConnection, _ rest: inout [MalformedRequest],
        _ tally: inout Tally
    ) {
        do {
            guard try connection.send(requests.flatMap(\.bytes)) else { return }
            for request in requests {
                guard let status = try connection.answer(to: request.method) else { return }
                tally.sent += 1
                tally.note(status, request)
                rest.removeFirst()
            }
        } catch {
            tally.complain("no answer (\(error))", requests[requests.count - rest.count])
            rest = []
        }
    }

    private func single(_ request: MalformedRequest, _ tally: inout Tally) {
        tally.sent += 1
        guard let connection = connect(request, &tally) else { return }
        do {
            guard try connection.send(request.bytes) else { return tally.closed += 1 }
            guard request.fate == .refused else { return }
            tally.note(try connection.answer(to: request.method), request)
        } catch {
            tally.complain("neither an answer nor the end (\(error))", request)
        }
    }
}
