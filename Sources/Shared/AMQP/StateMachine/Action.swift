import Logging

/// What the shell has to do after an event.
enum Action: Sendable {
    case send(BrokerCommand)
    /// nil: confirmed.
    case publishFinished(UInt64, PublishError?)
    case requestFinished(UInt64, Result<AMQPMessage?, PublishError>)
    case callFinished(UInt64, Result<QueueCounts?, PublishError>)
    case consumer(UInt64, ConsumerSignal)
    /// Leave the broker without a word: nothing that it says is of use any more.
    case dropConnection(reason: String)
    /// Write what is to be sent, say goodbye and end.
    case finish
    case log(Logger.Level, Logger.Message, Logger.Metadata)
}
