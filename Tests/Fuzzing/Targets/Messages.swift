import Core

extension FuzzTarget {
    /// What comes out of queues and the log.
    static let messages = [
        FuzzTarget("entry") { bytes in
            guard let entry = try LogEntry.decode(bytes) else { return }
            let again = try LogEntry.decode(entry.encoded())
            expect(again == entry, "an entry that was read and written is the same entry")
            guard let key = entry.event.key else { return }
            var record = JobRecord(key: key)
            let outcome = record.apply(entry.event, at: 1, writtenAt: entry.writtenAt)
            expect(record.key == key, "a fold is about one job")
            if case .accepted = outcome { expect(record.current != nil, "what was accepted is there") }
            _ = GoAnswer(outcome)
            _ = record.apply(.deleted(record.current?.id ?? first(of: key)), at: 2)
            expect(record.current == nil || outcome != .accepted, "what was deleted is gone")
            // A record that a fold made is one that a gateway can store and read.
            try survives(record)
            _ = record.apply(entry.event, at: 3)
            expect(record.nextGeneration > record.deletedGeneration, "generations rise")
        },
        FuzzTarget("command") { bytes in
            let command = try JSONMessage.decode(RunCommand.self, from: bytes)
            try survives(command)
            expect(command.request.job == command.submission.key.job, "a command is about its own job")
            // What the worker does with them.
            _ = RetryDelay.after(failures: command.failures + 1)
            _ = command.putBack + 1
            expect(TraceParent.make(for: command.submission).utf8.count == 55, "a trace's parent has one length")
        },
        FuzzTarget("message") { bytes in
            for type in types { try? type(bytes) }
        },
    ]

    private static let types: [@Sendable ([UInt8]) throws -> Void] = [
        message(ControlCommand.self), message(Heartbeat.self), message(GoRequest.self), message(GoAnswer.self),
        message(LiveRequest.self), message(LiveTail.self), message(FollowRequest.self), message(FollowRenewal.self),
        message(FollowUpdate.self), message(StatusReport.self), message(JobRecord.self), message(Submission.self),
    ]

    private static func message<Value: Codable & Equatable>(_ type: Value.Type) -> @Sendable ([UInt8]) throws -> Void {
        { bytes in
            let value = try JSONMessage.decode(type, from: bytes)
            // `JobRecord` is checked again when it is read.
            try survives(value)
        }
    }

    private static func first(of key: JobKey) -> SubmissionID {
        SubmissionID(key: key, generation: 1, nonce: .random())
    }
}
