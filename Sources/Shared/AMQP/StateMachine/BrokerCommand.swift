/// What is to be told to the broker.
enum BrokerCommand: Sendable {
    case openChannel(UInt16)
    case closeChannel(UInt16)
    case confirmChannelClose(UInt16)
    case confirmConnectionClose
    case selectConfirms(UInt16)
    case setPrefetch(UInt16, count: UInt16)
    case declareExchange(UInt16, ExchangeDeclaration)
    case declareQueue(UInt16, QueueDeclaration)
    case inspectQueue(UInt16, name: String)
    case deleteQueue(UInt16, name: String)
    case bind(UInt16, Binding)
    case consume(UInt16, ConsumerOptions, tag: String)
    case cancelConsuming(UInt16, tag: String)
    case acknowledge(UInt16, tag: UInt64, multiple: Bool)
    case reject(UInt16, tag: UInt64, requeue: Bool)
    case publish(UInt16, OutgoingMessage)
}
