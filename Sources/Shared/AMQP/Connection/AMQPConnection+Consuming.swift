extension AMQPConnection {
    /// Registers a consumer that lives until it is cancelled or let go of.
    ///
    /// It registers again by itself after a reconnect, when its channel is closed and when the broker cancels it because its
    /// queue is deleted; then the topology is declared again first.
    public func consume(_ options: ConsumerOptions) -> Consumer {
        let id = core.nextID()
        let limit = options.automaticAcknowledgement ? max(1024, Int(options.prefetch)) : nil
        let buffer = ConsumerBuffer(queue: options.queue, limit: limit)
        core.apply { shared, _ in
            shared.buffers[id] = buffer
            return shared.machine.consume(id, options)
        }
        return Consumer(core: core, id: id, buffer: buffer)
    }
}
