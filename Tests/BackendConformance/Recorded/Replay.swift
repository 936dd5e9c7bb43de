import Foundation
import Support

/// Sends recorded requests to gateways in turns, and says what is answered otherwise.
struct Replay: Sendable {
    /// Of one installation.
    let gateways: [PmanAPI]
    let storage: Folder
    private static let patience: Duration = .seconds(60)

    /// What the answers differ in from what is expected, by the case's id: `status`, `message`, `keys`, `cmd`, `logs`, …
    func run(_ cases: [RecordedCase]) async throws -> [String: Set<String>] {
        var stories: [[RecordedCase]] = []
        for each in cases {
            if stories.last?.first?.group == each.group {
                stories[stories.count - 1].append(each)
            } else {
                stories.append([each])
            }
        }
        // Stories about one job id come one after the other.
        let lanes = Dictionary(grouping: stories) { $0.compactMap(\.jid).first ?? "" }.values
        return try await withThrowingTaskGroup { group in
            for lane in lanes {
                group.addTask {
                    var found: [String: Set<String>] = [:]
                    for story in lane { found.merge(try await tell(story)) { $0.union($1) } }
                    return found
                }
            }
            var found: [String: Set<String>] = [:]
            for try await part in group { found.merge(part) { $0.union($1) } }
            return found
        }
    }

    private func tell(_ story: [RecordedCase]) async throws -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for (turn, each) in story.enumerated() {
            let api = gateways[turn % gateways.count]
            if turn > 0, each.method != "POST", let jid = each.jid { try await agree(on: jid) }
            found[each.id] = try await differences(each, api)
        }
        let api = gateways[0]
        for jid in Set(story.filter { $0.method == "POST" }.compactMap(\.jid)) where !jid.isEmpty {
            try await agree(on: jid)
            guard try await api.get(jid).status == 200 else { continue }
            _ = try await api.delete(jid)
            for api in gateways { try await api.waitUntilGone(jid) }
        }
        return found.filter { !$0.value.isEmpty }
    }

    /// What one gateway has promised the others know within a second.
    private func agree(on jid: String) async throws {
        guard gateways.count > 1, !jid.isEmpty else { return }
        try await eventually(within: .seconds(1), "all gateways say the same of \(jid)") {
            var statuses: Set<Int> = []
            for api in gateways { statuses.insert(try await api.get(jid).status) }
            return statuses.count == 1
        }
    }

    private func differences(_ each: RecordedCase, _ api: PmanAPI) async throws -> Set<String> {
        for name in ["input_dir", "output_dir"] {
            guard let folder = each.json?[name].string?.trimmingCharacters(in: ["/"]), !folder.isEmpty,
                !folder.contains("..")
            else { continue }
            _ = try? storage.folder(folder)
            try? storage.openToAll(folder)
        }
        if each.method == "GET", let status = each.fields?["status"]?.string, let jid = each.jid {
            _ = try? await api.waitFor(jid, status: [status], within: Self.patience)
        }
        let answer = try await api.http.send(
            each.method, each.path, headers: each.headers ?? [:], body: each.bytes)
        var found: Set<String> = []
        guard each.status.contains(answer.status) else { return ["status \(answer.status)"] }
        let message = answer.json["message"]
        if answer.status >= 400, each.method != "HEAD", message == .null || message == "" { found.insert("message") }
        if answer.status == 400 {
            if let keys = each.keys, keys != message.object?.keys.sorted() { found.insert("keys") }
            if let expected = each.message, expected != message { found.insert("message") }
        }
        if answer.status == 200 || answer.status == 201 {
            for (name, value) in each.fields ?? [:] where answer.json[name] != value { found.insert(name) }
            if each.fields != nil, answer.json.object?.count != 7 { found.insert("members") }
        }
        if answer.status == 201, let then = each.then, let jid = each.jid {
            let ended = try await api.waitForEnd(jid, within: Self.patience)
            if ended["status"].string != then { found.insert("then") }
            if ended["message"] == "" { found.insert("message") }
        }
        return found
    }
}
