extension ConnectionStateMachine {
    mutating func call(_ id: UInt64, _ kind: Call.Kind, deadline: Instant) -> [Action] {
        guard phase == .open else { return [.callFinished(id, .failure(.closed))] }
        calls[id] = Call(kind: kind, deadline: deadline)
        return isReady ? startCall(id) : []
    }

    mutating func startCall(_ id: UInt64) -> [Action] {
        guard let call = calls[id], call.channel == nil else { return [] }
        if case .declare = call.kind {
            topology.waiting.append(.addition(id))
            return runTopology()
        }
        guard let (channel, actions) = open(.call(id)) else { return [] }
        calls[id]?.channel = channel
        return actions
    }

    mutating func callChannelOpened(_ id: UInt64, channel: UInt16) -> [Action] {
        switch calls[id]?.kind {
        case .inspect(let queue): return [.send(.inspectQueue(channel, name: queue))]
        case .delete(let queue): return [.send(.deleteQueue(channel, name: queue))]
        case .declare, nil: return close(channel)
        }
    }

    mutating func callRefused(_ id: UInt64, code: Int, text: String) -> [Action] {
        guard let call = calls.removeValue(forKey: id) else { return [] }
        if case .inspect = call.kind, code == 404 { return [.callFinished(id, .success(nil))] + finishIfDrained() }
        return [.callFinished(id, .failure(.channelClosed(code: code, text: text)))] + finishIfDrained()
    }

    /// Its caller waits no longer.
    mutating func dropCall(_ id: UInt64, _ error: PublishError) -> [Action] {
        guard let call = calls.removeValue(forKey: id) else { return [] }
        var actions: [Action] = [.callFinished(id, .failure(error))]
        if let channel = call.channel { actions += close(channel) }
        return actions + finishIfDrained()
    }
}
