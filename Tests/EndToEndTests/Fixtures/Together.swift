import Support

/// Does `work` for every element, at most `width` at once, and returns what came out in the same order.
func together<Element: Sendable, Value: Sendable>(
    _ elements: [Element], width: Int = 16, _ work: @escaping @Sendable (Element) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var values = [Value?](repeating: nil, count: elements.count)
        var next = 0
        func add() {
            guard next < elements.count else { return }
            let (index, element) = (next, elements[next])
            next += 1
            group.addTask { (index, try await work(element)) }
        }
        for _ in 0..<width { add() }
        while let (index, value) = try await group.next() {
            values[index] = value
            add()
        }
        return values.compactMap(\.self)
    }
}

/// Does `work` for every element, at most `width` at once.
func forEachTogether<Element: Sendable>(
    _ elements: [Element], width: Int = 16, _ work: @escaping @Sendable (Element) async throws -> Void
) async throws {
    _ = try await together(elements, width: width) { element -> Bool in
        try await work(element)
        return true
    }
}

extension TestEngine {
    /// The container of a job; nil when there is none.
    func container(of jid: String) async throws -> JSONValue? {
        try await containers(labelled: "\(Labels.job)=\(jid)").first
    }

    /// `/containers/ID/json` of a job's container.
    func inspect(_ jid: String) async throws -> JSONValue {
        guard let id = try await container(of: jid)?["Id"].string else { throw SupportError("\(jid) has no container") }
        return try await get("/containers/\(id)/json")
    }

    func waitUntilNoContainer(of jid: String, within: Duration = .seconds(30)) async throws {
        try await eventually(within: within, "the container of \(jid) is gone") { try await container(of: jid) == nil }
    }
}

/// What several engines together say they started, by submission.
func starts(on engines: [any TestEngine]) async -> [String: Int] {
    var all: [String: Int] = [:]
    for engine in engines { all.merge(await engine.starts()) { $0 + $1 } }
    return all
}
