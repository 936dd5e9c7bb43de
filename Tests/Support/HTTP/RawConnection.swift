/// A connection on which anything may be sent, well-formed or not. Blocks: for a thread of its own.
public final class RawConnection {
    private let socket: HTTPSocket
    private let deadline: Deadline

    /// - Parameter within: for all that is done with it.
    /// - Throws: `HTTPFailure` when nobody listens.
    public init(to address: HTTPAddress, within: Duration = .seconds(60)) throws {
        deadline = Deadline(within: within)
        socket = try HTTPSocket(to: address, deadline: deadline)
    }

    /// - Returns: false when the server has closed the connection.
    public func send(_ bytes: [UInt8]) throws -> Bool {
        do { try socket.send(bytes, deadline: deadline) } catch {
            if deadline.hasPassed { throw error }
            return false
        }
        return true
    }

    /// The status of the next answer; nil when the server has closed the connection instead.
    /// - Throws: `HTTPFailure` when neither happens in time.
    public func answer(to method: String) throws -> Int? {
        let exchange = HTTPExchange(socket: socket)
        do {
            let head = try exchange.head(deadline: deadline)
            _ = try exchange.body(of: head, method: method, deadline: deadline)
            return head.status
        } catch {
            if deadline.hasPassed { throw error }
            return nil
        }
    }
}
