import CCurl
import Threads

/// An HTTP/1.1 client over libcurl's multi interface, which runs on one thread of its own.
///
/// Connections are kept and used again. Redirects are not followed, and no proxy is taken from the environment.
/// Streams do not keep the client alive: they fail with `.closed` when it goes.
public final class HTTPClient: Sendable {
    private let inbox: Inbox

    /// Starts the client's thread.
    /// - Parameters:
    ///   - name: of the thread.
    ///   - maximumConnectionsPerHost: how many calls of `send` to one address are on the wire at a time; more wait
    ///     their turn, within their deadline. Streams have connections of their own and are not counted.
    /// - Throws: `ThreadError` or `HTTPClientError` when the system has no thread or no memory left.
    public init(name: String = "http", maximumConnectionsPerHost: Int = 16) throws {
        guard CurlLibrary.isReady, let pointer = curl_multi_init() else {
            throw HTTPClientError.failed(code: Int(CURLE_FAILED_INIT.rawValue), "libcurl does not start")
        }
        let multi = MultiHandle(pointer: pointer)
        let inbox = Inbox(multi)
        let limit = max(1, maximumConnectionsPerHost)
        do {
            try DedicatedThread.start(name: name) { CurlLoop(multi, inbox, maximumPerAddress: limit).run() }
        } catch {
            curl_multi_cleanup(pointer)
            throw error
        }
        self.inbox = inbox
    }

    deinit { inbox.close() }

    /// Sends a request and waits for the whole response, whatever its status. Cancelling the task ends the transfer.
    public func send(_ request: HTTPRequest, to endpoint: HTTPEndpoint) async throws(HTTPClientError) -> HTTPResponse {
        let sink = WholeSink(limit: request.maximumBodyBytes)
        let call = Call(try PreparedRequest(request, to: endpoint), sink: sink, isStream: false)
        return try await run(call) { () async throws(HTTPClientError) in try await sink.outcome() }
    }

    /// Sends a request and returns when the response's headers have come, whatever its status.
    ///
    /// The body is read from the stream; while more than 256 KiB of it are unread the transfer is paused, so that
    /// memory stays bounded and the server feels it. Letting go of the stream, or cancelling the task that reads it,
    /// ends the transfer.
    public func stream(_ request: HTTPRequest, to endpoint: HTTPEndpoint) async throws(HTTPClientError) -> HTTPStream {
        let sink = StreamSink()
        let call = Call(try PreparedRequest(request, to: endpoint), sink: sink, isStream: true)
        let handle = BodyHandle(call, sink, inbox)
        let head = try await run(call) { () async throws(HTTPClientError) in try await sink.head() }
        return HTTPStream(status: head.status, headers: head.headers, body: HTTPBody(handle))
    }

    /// Ends all that is under way with `.closed`, and the thread. Calls made later throw `.closed`.
    public func close() {
        inbox.close()
    }

    /// Starts the call under the task's cancellation, so that a task that is cancelled already sends nothing.
    private func run<Value: Sendable>(
        _ call: Call, _ outcome: () async throws(HTTPClientError) -> Value
    ) async throws(HTTPClientError) -> Value {
        let inbox = inbox
        let result = await withTaskCancellationHandler {
            if !inbox.post(.start(call)) { call.sink.finish(.closed) }
            return await Result(catching: outcome)
        } onCancel: {
            call.cancel(inbox)
        }
        return try result.get()
    }
}
