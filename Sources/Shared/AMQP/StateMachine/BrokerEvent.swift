/// What the broker said, whole: a message has its header and body.
enum BrokerEvent: Sendable {
    case channelOpened(channel: UInt16)
    case channelClosed(channel: UInt16, code: Int, text: String)
    /// The answer to our close.
    case channelCloseConfirmed(channel: UInt16)
    case confirmsSelected(channel: UInt16)
    case prefetchSet(channel: UInt16)
    case consuming(channel: UInt16)
    case consumingEnded(channel: UInt16)
    /// The broker ended the subscription by itself: the queue was deleted or its node lost.
    case cancelledByBroker(channel: UInt16)
    /// An exchange, queue or binding exists, or a queue is deleted.
    case declared(channel: UInt16, counts: QueueCounts?)
    case acknowledged(channel: UInt16, tag: UInt64, multiple: Bool)
    case refused(channel: UInt16, tag: UInt64, multiple: Bool)
    case returned(channel: UInt16, code: Int, text: String, message: OutgoingMessage)
    case delivered(channel: UInt16, IncomingMessage)
    case blocked(reason: String)
    case unblocked
    case connectionClosed(code: Int, text: String)
}
