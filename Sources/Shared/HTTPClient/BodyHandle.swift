/// A reader's end of a stream: when the last reference goes, so does the transfer.
final class BodyHandle: Sendable {
    private let call: Call
    private let sink: StreamSink
    private let inbox: Inbox

    init(_ call: Call, _ sink: StreamSink, _ inbox: Inbox) {
        self.call = call
        self.sink = sink
        self.inbox = inbox
    }

    deinit { cancel() }

    func cancel() {
        if !sink.isFinished { call.cancel(inbox) }
    }

    func next() async throws(HTTPClientError) -> [UInt8]? {
        let (call, sink, inbox) = (call, sink, inbox)
        let result = await withTaskCancellationHandler {
            await Result { () async throws(HTTPClientError) in
                try await sink.next { inbox.post(.resume(call)) }
            }
        } onCancel: {
            call.cancel(inbox)
        }
        return try result.get()
    }
}
