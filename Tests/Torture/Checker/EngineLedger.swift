/// What an engine's ledger says in the end.
struct EngineLedger: Sendable, Hashable {
    struct Object: Sendable, Hashable {
        let id: String
        let job: String
        let submission: String
        var starts = 0
        var exitCode: Int?
        var isRemoved = false
    }

    private(set) var objects: [String: Object] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard words.count >= 3 else { continue }
            let id = words[2]
            switch words[1] {
            case "create":
                let labels = words.last ?? ""
                objects[id] = Object(
                    id: id, job: Self.label("org.chrisproject.pman.jid", in: labels),
                    submission: Self.label("org.chrisproject.pman.submission", in: labels))
            case "start": objects[id]?.starts += 1
            case "exit": objects[id]?.exitCode = words.count > 3 ? Int(words[3]) : nil
            case "remove": objects[id]?.isRemoved = true
            default: break
            }
        }
    }

    init(objects: [Object]) {
        for object in objects { self.objects[object.id] = object }
    }

    /// Ids and labels of the torture have nothing that JSON escapes.
    private static func label(_ name: String, in json: String) -> String {
        guard let range = json.firstRange(of: "\"\(name)\":\"") else { return "" }
        return String(json[range.upperBound...].prefix { $0 != "\"" })
    }
}
