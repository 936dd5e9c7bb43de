import Core

/// What the broker says of one backend's queues; nil where it did not say.
struct QueueFigures: Sendable, Equatable {
    var ready: Int?
    var unacknowledged: Int?
    /// In all of its retry queues.
    var retrying: Int?
    var consumers: Int?
}

extension QueueFigures {
    /// Reads what RabbitMQ's Prometheus plugin says of the queues below one prefix, by backend. Its detailed figures are right
    /// for quorum queues and right after a restart: https://www.rabbitmq.com/docs/prometheus#detailed-endpoint
    static func read(_ text: String, virtualHost: String, names: QueueNames) -> [Backend: QueueFigures] {
        var figures: [Backend: QueueFigures] = [:]
        var runs: [String: Backend] = [:]
        var retries: [String: Backend] = [:]
        for backend in Backend.allCases {
            runs[names.run(backend)] = backend
            for delay in RetryDelay.allCases { retries[names.retry(backend, delay)] = backend }
        }
        for line in text.split(separator: "\n") where line.hasPrefix("rabbitmq_detailed_queue_") {
            guard let brace = line.firstIndex(of: "{"), let end = line[brace...].lastIndex(of: "}"),
                label("vhost", in: line[brace..<end]) == virtualHost,
                let queue = label("queue", in: line[brace..<end]),
                let number = Double(line[line.index(after: end)...].drop { $0 == " " })
            else { continue }
            let value = Int(max(0, min(number, 1e15)))
            let name = line[..<brace].dropFirst("rabbitmq_detailed_queue_".count)
            if let backend = runs[queue] {
                switch name {
                case "messages_ready": figures[backend, default: .init()].ready = value
                case "messages_unacked": figures[backend, default: .init()].unacknowledged = value
                case "consumers": figures[backend, default: .init()].consumers = value
                default: break
                }
            } else if let backend = retries[queue], name == "messages_ready" || name == "messages_unacked" {
                figures[backend, default: .init()].retrying = (figures[backend]?.retrying ?? 0) + value
            }
        }
        return figures
    }

    /// The names of queues and virtual hosts of ours have nothing that is escaped.
    private static func label(_ name: String, in labels: Substring) -> String? {
        for part in labels.dropFirst().split(separator: ",") {
            let halves = part.split(separator: "=", maxSplits: 1)
            if halves.count == 2, halves[0] == name { return String(halves[1].dropFirst().dropLast()) }
        }
        return nil
    }
}
