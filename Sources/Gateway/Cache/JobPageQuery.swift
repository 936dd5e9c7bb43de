import Core
import GRDB

/// Which jobs to list.
struct JobPageQuery: Sendable {
    /// Empty: all.
    var statuses: [JobStatus] = []
    var backend: Backend?
    /// nil: whether placed or not.
    var engines: [EngineID]?
    /// In seconds since 1970, both inclusive.
    var submittedFrom: Int?
    var submittedTo: Int?
    /// Part of the job id, image or command; without regard to the case of a to z.
    var search: String?
    var after: JobCursor?
    var limit = 100

    /// The keys of the page, and what they are ordered by.
    ///
    /// An index is ordered only within one value of its first columns, so each combination of them is a query of its own
    /// that stops at the limit; together they are as fast as the number of jobs on the page, not of all jobs.
    var statement: (sql: String, arguments: StatementArguments) {
        var shared = Conditions()
        if let submittedFrom { shared.add("submitted_at >= ?", submittedFrom) }
        if let submittedTo { shared.add("submitted_at <= ?", submittedTo) }
        if let search { shared.add("text LIKE ? ESCAPE '\\'", "%" + Self.escape(search) + "%") }
        if let after {
            shared.add(
                "(submitted_at, submitted_offset, backend, job) < (?, ?, ?, ?)", after.submittedAt, after.offset,
                after.key.backend.rawValue, after.key.job.text)
        }
        let parts = branches(shared).map { branch in
            let sql = """
                SELECT backend, job, submitted_at, submitted_offset FROM listing\(branch.clause)
                ORDER BY submitted_at DESC, submitted_offset DESC, backend DESC, job DESC LIMIT \(limit)
                """
            return (sql: "SELECT * FROM (\(sql))", arguments: branch.arguments)
        }
        guard !parts.isEmpty else {
            return ("SELECT backend, job, submitted_at, submitted_offset FROM listing WHERE FALSE", [])
        }
        let order = "ORDER BY submitted_at DESC, submitted_offset DESC, backend DESC, job DESC LIMIT \(limit)"
        return (
            parts.map(\.sql).joined(separator: " UNION ALL ") + " " + order,
            StatementArguments(parts.flatMap(\.arguments))
        )
    }

    private func branches(_ shared: Conditions) -> [Conditions] {
        if let engines {
            return engines.prefix(Self.maximumEngines).map { engine in
                var branch = shared
                branch.add("engine = ?", engine.text)
                if let backend { branch.add("+backend = ?", backend.rawValue) }
                if !statuses.isEmpty {
                    let marks = statuses.map { _ in "?" }.joined(separator: ", ")
                    branch.add("+status IN (\(marks))", statuses.map(\.rawValue))
                }
                return branch
            }
        }
        guard !statuses.isEmpty || backend != nil else { return [shared] }
        let all: [JobStatus] = [.notstarted, .started, .finishedSuccessfully, .finishedWithError, .undefined]
        return (backend.map { [$0] } ?? Backend.allCases).flatMap { backend in
            (statuses.isEmpty ? all : statuses).map { status in
                var branch = shared
                branch.add("backend = ? AND status = ?", backend.rawValue, status.rawValue)
                return branch
            }
        }
    }

    /// SQLite joins at most 500 queries to one.
    static let maximumEngines = 200

    private static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            if character == "%" || character == "_" || character == "\\" { escaped += "\\" }
            escaped.unicodeScalars.append(character)
        }
        return escaped
    }

    private struct Conditions {
        var texts: [String] = []
        var arguments: [(any DatabaseValueConvertible)?] = []

        var clause: String { texts.isEmpty ? "" : " WHERE " + texts.joined(separator: " AND ") }

        mutating func add(_ text: String, _ values: any DatabaseValueConvertible...) {
            texts.append(text)
            arguments += values
        }

        mutating func add(_ text: String, _ values: [String]) {
            texts.append(text)
            arguments += values
        }
    }
}
