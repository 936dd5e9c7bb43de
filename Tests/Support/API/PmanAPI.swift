/// pman's HTTP API as pfcon uses it.
public final class PmanAPI: Sendable {
    /// The statuses after which nothing more happens.
    public static let finalStatuses: Set<String> = ["finishedSuccessfully", "finishedWithError", "undefined"]

    public let http: HTTPClientOfTests
    private let prefix: String

    /// - Parameter backend: nil for the gateway's default; else the API is at `/BACKEND/api/v1/`.
    public init(_ http: HTTPClientOfTests, backend: String? = nil) {
        self.http = http
        prefix = (backend.map { "/\($0)" } ?? "") + "/api/v1/"
    }

    private func path(_ jid: String) -> String { "\(prefix)\(jid.queryEscaped)/" }

    public func post(_ request: JobRequest, timeout: Duration = .seconds(30)) async throws -> HTTPAnswer {
        try await post(json: request.json, timeout: timeout)
    }

    public func post(json: JSONValue, timeout: Duration = .seconds(30)) async throws -> HTTPAnswer {
        try await http.send(
            "POST", prefix, headers: ["Content-Type": "application/json"], body: json.bytes, timeout: timeout)
    }

    public func get(_ jid: String, timeout: Duration = .seconds(30)) async throws -> HTTPAnswer {
        try await http.send("GET", path(jid), timeout: timeout)
    }

    public func delete(_ jid: String, timeout: Duration = .seconds(30)) async throws -> HTTPAnswer {
        try await http.send("DELETE", path(jid), timeout: timeout)
    }

    /// POSTs until the answer is 201: 503 and a broken connection mean "not known, send the same again".
    /// - Throws: `SupportError` at any other status, `EventuallyError` at the deadline.
    @discardableResult
    public func submit(_ request: JobRequest, within: Duration = .seconds(60)) async throws -> JSONValue {
        let deadline = Deadline(within: within)
        var last = "nothing"
        while !deadline.hasPassed {
            do {
                let answer = try await post(request, timeout: deadline.remaining)
                if answer.status == 201 { return answer.json }
                last = "\(answer.status) \(answer.text)"
                guard answer.status == 503 else { throw SupportError("POST \(request.jid): \(last)") }
            } catch let failure as HTTPFailure { last = "\(failure)" }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw EventuallyError(what: "POST \(request.jid) gives 201", within: within, lastSeen: last, lastError: nil)
    }

    /// Waits until the job has one of these statuses, and returns it as GET gave it.
    @discardableResult
    public func waitFor(_ jid: String, status: Set<String>, within: Duration = .seconds(60)) async throws -> JSONValue {
        var last = "nothing"
        return try await eventuallyValue(
            within: within, "job \(jid) is \(status.sorted().joined(separator: " or "))", lastSeen: { last }
        ) {
            let answer = try await get(jid, timeout: .seconds(10))
            last = "\(answer.status) \(answer.text)"
            guard answer.status == 200, let now = answer.json["status"].string, status.contains(now) else { return nil }
            return answer.json
        }
    }

    /// Waits until the job has a final status.
    @discardableResult
    public func waitForEnd(_ jid: String, within: Duration = .seconds(60)) async throws -> JSONValue {
        try await waitFor(jid, status: Self.finalStatuses, within: within)
    }

    /// Waits until GET gives 404.
    public func waitUntilGone(_ jid: String, within: Duration = .seconds(20)) async throws {
        var last = "nothing"
        try await eventually(within: within, "job \(jid) is gone", lastSeen: { last }) {
            let answer = try await get(jid, timeout: .seconds(10))
            last = "\(answer.status) \(answer.text)"
            return answer.status == 404
        }
    }
}
