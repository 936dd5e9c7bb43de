/// Why the broker does not have a message, or did not do what it was asked.
public enum PublishError: Error, Sendable, Equatable {
    /// Mandatory, and no queue takes it.
    case returned(code: Int, text: String)
    /// The broker refused it: the queue is full (`x-overflow: reject-publish`) or failing.
    case nacked
    /// The deadline passed during a memory or disk alarm of the broker.
    case blocked(reason: String)
    /// The broker closed the channel, which fails everything outstanding on it: 404 no such exchange, 406 declared otherwise.
    case channelClosed(code: Int, text: String)
    /// The deadline passed without a connection. What had been sent before the loss may have arrived.
    case disconnected(reason: String)
    /// The deadline passed while connected, without an answer. The message may have arrived.
    case timedOut
    /// It does not fit into a frame or a short text.
    case tooLarge(String)
    /// `AMQPConfiguration.outboxLimit` publishes wait already.
    case outboxFull
    /// The connection is being closed or is closed.
    case closed
    /// The task was cancelled. What had been sent may have arrived.
    case cancelled
}

extension PublishError: CustomStringConvertible {
    /// One line.
    public var description: String {
        switch self {
        case .returned(let code, let text): "no queue takes the message: \(code) \(text)"
        case .nacked: "the broker refused the message (queue full or failing)"
        case .blocked(let reason): "the broker takes no messages at the moment: \(reason)"
        case .channelClosed(let code, let text): "the broker refused: \(code) \(text)"
        case .disconnected(let reason): "not connected to the broker: \(reason)"
        case .timedOut: "the broker did not answer in time"
        case .tooLarge(let what): "the message cannot be sent: \(what)"
        case .outboxFull: "too many messages wait for the broker"
        case .closed: "the connection to the broker is closed"
        case .cancelled: "cancelled"
        }
    }
}

extension PublishError {
    /// How many bytes a message may have, where the broker closed the channel over a larger one (`max_message_size`). Whatever else
    /// was on its way on that channel has this error as well.
    public var messageSizeLimit: Int? {
        guard case .channelClosed(406, let text) = self, text.contains("larger than configured max size") else {
            return nil
        }
        return text.split { !$0.isNumber }.last.flatMap { Int($0) }
    }
}
