extension AMQPConnection {
    /// Returns when the broker has confirmed the message: acknowledged, and not returned.
    ///
    /// The message is kept over reconnects and sent again, with the same `messageID`, until the timeout; so it may arrive
    /// more than once. Cancelling the task drops it.
    /// - Parameters:
    ///   - exchange: empty is the default one, where the routing key names a queue.
    ///   - mandatory: a message that no queue takes is `returned`; without, it is lost and confirmed all the same.
    /// - Throws: `PublishError`. After `timedOut`, `disconnected`, `blocked` and `cancelled` it may have arrived.
    public func publish(
        _ message: AMQPMessage, exchange: String = "", routingKey: String, mandatory: Bool = true, timeout: Duration
    ) async throws(PublishError) {
        let outgoing = OutgoingMessage(
            message: message, exchange: exchange, routingKey: routingKey, mandatory: mandatory)
        if let error = await core.publish(outgoing, timeout: timeout) { throw error }
    }

    /// Publishes a question and returns the first reply to it, by direct reply-to.
    ///
    /// `correlationID` and `replyTo` of the message are overwritten.
    /// - Returns: nil when there was no reply within the timeout, or the connection was lost meanwhile.
    /// - Throws: `PublishError` when the question was returned or refused, or the connection is closed.
    public func request(
        _ message: AMQPMessage, exchange: String = "", routingKey: String, timeout: Duration
    ) async throws(PublishError) -> AMQPMessage? {
        let outgoing = OutgoingMessage(message: message, exchange: exchange, routingKey: routingKey, mandatory: true)
        return try await core.request(outgoing, timeout: timeout).get()
    }

    /// Sends without waiting and without promise: dropped silently when not connected, blocked or not routable.
    public func send(_ message: AMQPMessage, exchange: String = "", routingKey: String) {
        let outgoing = OutgoingMessage(message: message, exchange: exchange, routingKey: routingKey, mandatory: false)
        core.apply { shared, _ in shared.machine.send(outgoing) }
    }
}
