import AMQP

/// A queue name that no other test has.
func uniqueName(_ what: String = "queue") -> String {
    "\(what).\(String(UInt64.random(in: .min ... .max), radix: 36))"
}

extension QueueDeclaration {
    static func quorum(_ name: String, _ arguments: [String: AMQPValue] = [:]) -> QueueDeclaration {
        QueueDeclaration(
            name: name, arguments: arguments.merging(["x-queue-type": .string("quorum")]) { value, _ in value })
    }

    static func stream(_ name: String) -> QueueDeclaration {
        QueueDeclaration(name: name, arguments: ["x-queue-type": .string("stream")])
    }
}

extension AMQPMessage {
    init(_ text: String) { self.init(body: Array(text.utf8)) }

    var text: String { String(decoding: body, as: UTF8.self) }
}
