import Foundation
import Threads

/// All containers of the engine, and who listens for what becomes of them.
final class Containers: Sendable {
    struct Refusal: Error {
        let status: Int
        let message: String
    }

    private struct All: Sendable {
        var byID: [String: Container] = [:]
        var idByName: [String: String] = [:]
        var idsBySubmission: [String: Set<String>] = [:]
        var listeners: [Int: AsyncStream<String>.Continuation] = [:]
        var nextListener = 0
    }

    private let all = Locked(All())
    private let ledger: Ledger
    private static let submission = "org.chrisproject.pman.submission"

    init(ledger: Ledger) { self.ledger = ledger }

    /// Goes on where the ledger ends.
    func restore() throws {
        var found: [String: Container] = [:]
        for fact in try ledger.facts() {
            guard let id = fact.words.first else { continue }
            switch fact.kind {
            case "create" where fact.words.count == 6:
                let labels = try? JSONDecoder().decode([String: String].self, from: Data(fact.words[5].utf8))
                found[id] = Container(
                    id: id, name: fact.words[1], labels: labels ?? [:], image: fact.words[2],
                    work: .init(milliseconds: Int(fact.words[3]) ?? 0, code: Int(fact.words[4]) ?? 0))
            case "rename": found[id]?.name = fact.words[1]
            case "start":
                found[id]?.state = .running
                found[id]?.startedAt = fact.at
            case "exit":
                found[id]?.state = .exited
                found[id]?.finishedAt = fact.at
                found[id]?.exitCode = Int(fact.words[1]) ?? 0
            case "remove": found[id] = nil
            default: break
            }
        }
        all.withLock { all in
            for container in found.values {
                all.byID[container.id] = container
                all.idByName[container.name] = container.id
                all.idsBySubmission[container.labels[Self.submission] ?? "", default: []].insert(container.id)
            }
        }
        for container in found.values where container.state == .running { end(container.id, after: container.work) }
    }

    func create(name: String, image: String, labels: [String: String], words: [String]) throws(Refusal) -> String {
        let id = (0..<4).map { _ in String(format: "%016lx", UInt64.random(in: .min ... .max)) }.joined()
        let container = Container(id: id, name: name, labels: labels, image: image, work: .init(words: words))
        let labelText = (try? JSONEncoder().encode(labels)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        let isTaken = all.withLock { all in
            guard all.idByName[name] == nil else { return true }
            ledger.write(
                "create", id, name, image, String(container.work.milliseconds), String(container.work.code), labelText)
            all.byID[id] = container
            all.idByName[name] = id
            all.idsBySubmission[labels[Self.submission] ?? "", default: []].insert(id)
            return false
        }
        if isTaken {
            throw Refusal(status: 409, message: "Conflict. The container name \"/\(name)\" is already in use")
        }
        return id
    }

    /// - Returns: false when it runs already.
    func start(_ nameOrID: String) throws(Refusal) -> Bool {
        let started = all.withLock { all -> Container?? in
            guard let id = Self.find(nameOrID, all), var container = all.byID[id] else { return nil }
            guard container.state != .running else { return .some(nil) }
            container.state = .running
            container.startedAt = Ledger.now()
            container.finishedAt = 0
            ledger.write("start", id, container.labels[Self.submission] ?? "", at: container.startedAt)
            all.byID[id] = container
            Self.tell(all, "start", container)
            return container
        }
        guard let started else { throw Self.missing(nameOrID) }
        guard let container = started else { return false }
        end(container.id, after: container.work)
        return true
    }

    private func end(_ id: String, after work: Container.Work) {
        Task {
            if work.milliseconds > 0 { try? await Task.sleep(for: .milliseconds(work.milliseconds)) }
            finish(id, code: work.code)
        }
    }

    private func finish(_ id: String, code: Int) {
        all.withLock { all in
            guard var container = all.byID[id], container.state == .running else { return }
            container.state = .exited
            container.finishedAt = Ledger.now()
            container.exitCode = code
            ledger.write("exit", id, String(code), at: container.finishedAt)
            all.byID[id] = container
            Self.tell(all, "die", container)
        }
    }

    func rename(_ id: String, to name: String) throws(Refusal) {
        let outcome = all.withLock { all -> Refusal? in
            guard var container = all.byID[id] else { return Self.missing(id) }
            guard all.idByName[name] == nil else { return Refusal(status: 409, message: "already in use") }
            ledger.write("rename", id, name)
            all.idByName[container.name] = nil
            all.idByName[name] = id
            container.name = name
            all.byID[id] = container
            return nil
        }
        if let outcome { throw outcome }
    }

    func remove(_ nameOrID: String) throws(Refusal) {
        let isThere = all.withLock { all in
            guard let id = Self.find(nameOrID, all), let container = all.byID.removeValue(forKey: id) else {
                return false
            }
            ledger.write("remove", id)
            all.idByName[container.name] = nil
            all.idsBySubmission[container.labels[Self.submission] ?? ""]?.remove(id)
            if all.idsBySubmission[container.labels[Self.submission] ?? ""]?.isEmpty == true {
                all.idsBySubmission[container.labels[Self.submission] ?? ""] = nil
            }
            Self.tell(all, "destroy", container)
            return true
        }
        if !isThere { throw Self.missing(nameOrID) }
    }

    func inspect(_ nameOrID: String) throws(Refusal) -> Container {
        guard let found = all.withLock({ all in Self.find(nameOrID, all).flatMap { all.byID[$0] } }) else {
            throw Self.missing(nameOrID)
        }
        return found
    }

    /// Those that carry all of the labels, `key=value`.
    func list(labels: [String]) -> [Container] {
        let wanted = labels.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return all.withLock { all in
            let submission = wanted.first { $0.first == Self.submission }?.last
            let candidates = submission.map { Array(all.idsBySubmission[$0] ?? []) } ?? Array(all.byID.keys)
            return candidates.compactMap { all.byID[$0] }.filter { container in
                wanted.allSatisfy { $0.count == 2 && container.labels[$0[0]] == $0[1] }
            }
        }
    }

    var runningCount: Int { all.withLock { $0.byID.values.count { $0.state == .running } } }

    func events() -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingNewest(100_000))
        let number = all.withLock { all in
            all.nextListener += 1
            all.listeners[all.nextListener] = continuation
            return all.nextListener
        }
        continuation.onTermination = { [weak self] _ in self?.all.withLock { $0.listeners[number] = nil } }
        return stream
    }

    private static func tell(_ all: All, _ action: String, _ container: Container) {
        guard !all.listeners.isEmpty else { return }
        let event: [String: Any] = [
            "Type": "container", "Action": action, "time": Ledger.now() / 1000,
            "timeNano": Ledger.now() * 1_000_000,
            "Actor": ["ID": container.id, "Attributes": container.labels] as [String: Any],
        ]
        guard let data = try? JSONSerialization.data(withJSONObject: event) else { return }
        let line = String(decoding: data, as: UTF8.self) + "\n"
        for listener in all.listeners.values { listener.yield(line) }
    }

    private static func find(_ nameOrID: String, _ all: All) -> String? {
        all.byID[nameOrID] != nil ? nameOrID : all.idByName[nameOrID]
    }

    private static func missing(_ nameOrID: String) -> Refusal {
        Refusal(status: 404, message: "No such container: \(nameOrID)")
    }
}
