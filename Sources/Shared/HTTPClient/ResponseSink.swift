/// Where a transfer's outcome goes. The first three are called on the loop's thread, `finish` on any.
protocol ResponseSink: AnyObject, Sendable {
    /// The headers are complete.
    func receive(head: ResponseHead)
    /// More of the body.
    func receive(body bytes: UnsafeRawBufferPointer) -> SinkVerdict
    /// It is over; nil: well. Only the first call counts.
    func finish(_ error: HTTPClientError?)
}

/// What a sink says to more bytes.
enum SinkVerdict: Sendable {
    /// It has them.
    case taken
    /// It does not have them and wants the same bytes again when the reader has made room.
    case full
    /// It wants no more at all.
    case refused(HTTPClientError)
}
