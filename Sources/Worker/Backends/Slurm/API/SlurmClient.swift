import Core
import FoundationEssentials
import HTTPClient
import Threads

/// The calls of slurmrestd that this service makes. Each is made once and never repeated.
///
/// API: https://slurm.schedmd.com/rest_api.html
struct SlurmClient: Sendable {
    private let http: HTTPClient
    private let endpoint: HTTPEndpoint
    private let token: SlurmToken?
    private let userName: String?
    private let negotiated = Locked<SlurmVersion?>(nil)
    /// About 40,000 jobs of a cluster, of everybody together.
    private static let maximumJobListBytes = 128 << 20

    init(http: HTTPClient, endpoint: HTTPEndpoint, token: SlurmToken?, userName: String?) {
        self.http = http
        self.endpoint = endpoint
        self.token = token
        self.userName = userName
    }

    /// - Throws: unless a controller answers.
    func ping(deadline: Duration = .seconds(12)) async throws(SlurmError) -> SlurmAnswer {
        let response = try await call("GET", "/ping", deadline: deadline)
        guard try Self.decode(SlurmPings.self, response.body).isAnyUp else {
            throw .refused(number: -1, message: "no Slurm controller (slurmctld) answers")
        }
        return try Self.decode(SlurmAnswer.self, response.body)
    }

    /// All jobs that the controller knows, of everybody who may be seen.
    func jobs() async throws(SlurmError) -> [SlurmJob] {
        let response = try await call("GET", "/jobs", deadline: .seconds(30), maximumBytes: Self.maximumJobListBytes)
        return try Self.decode(SlurmJobs.self, response.body).jobs
    }

    /// - Returns: the new job's number.
    func submit(_ submission: SlurmSubmission) async throws(SlurmError) -> Int {
        let version = try await version()
        let response = try await send(
            "POST", "/job/submit", version, body: try submission.body(for: version), deadline: .seconds(30))
        // A held job is accepted with an "error" beside its number.
        if response.status == 200, let job = try Self.decode(SlurmSubmitted.self, response.body).job { return job }
        throw refusal(response) ?? .malformed("a submitted job without a number")
    }

    /// Lets a held job be scheduled. Doing so twice changes nothing.
    func release(_ job: Int) async throws(SlurmError) {
        _ = try await call("POST", "/job/\(job)", body: Array(#"{"hold": false}"#.utf8), deadline: .seconds(30))
    }

    /// Asks Slurm to end a job.
    func cancel(_ job: Int) async throws(SlurmError) {
        _ = try await call("DELETE", "/job/\(job)", deadline: .seconds(30))
    }

    private func call(
        _ method: String, _ path: String, body: [UInt8]? = nil, deadline: Duration, maximumBytes: Int = 16 << 20
    ) async throws(SlurmError) -> HTTPResponse {
        let response = try await send(
            method, path, try await version(), body: body, deadline: deadline, maximumBytes: maximumBytes)
        if let refusal = refusal(response) { throw refusal }
        return response
    }

    /// The newest version that both sides know; asked for once.
    private func version() async throws(SlurmError) -> SlurmVersion {
        if let version = negotiated.withLock({ $0 }) { return version }
        for version in SlurmVersion.known {
            let response = try await send("GET", "/ping", version, deadline: .seconds(12))
            guard response.status != 404 else { continue }
            // A wrong credential or a controller that is away says nothing of the version.
            if let refusal = refusal(response), case .status = refusal { throw refusal }
            negotiated.withLock { $0 = version }
            return version
        }
        throw .status(404, message: "it has none of the API versions v0.0.36 to v0.0.42")
    }

    private func send(
        _ method: String, _ path: String, _ version: SlurmVersion, body: [UInt8]? = nil, deadline: Duration,
        maximumBytes: Int = 16 << 20
    ) async throws(SlurmError) -> HTTPResponse {
        var request = HTTPRequest(method, "/slurm/\(version)\(path)", body: body)
        request.deadline = deadline
        request.maximumBodyBytes = maximumBytes
        request.freshConnection = method != "GET"
        if body != nil { request.headers.append(("Content-Type", "application/json")) }
        if let userName { request.headers.append(("X-SLURM-USER-NAME", userName)) }
        if let token { request.headers.append(("X-SLURM-USER-TOKEN", try token.read())) }
        do {
            return try await http.send(request, to: endpoint)
        } catch {
            throw SlurmError(error)
        }
    }

    /// Slurm's errors, in whatever status they come; nil when there are none.
    private func refusal(_ response: HTTPResponse) -> SlurmError? {
        let failures = (try? Self.decode(SlurmAnswer.self, response.body))?.failures ?? []
        if let first = failures.first(where: { $0.number != 0 }) {
            return .refused(number: first.number, message: first.message.forMessage(limit: 500))
        }
        guard !(200..<300).contains(response.status) else { return nil }
        // The server was replaced by another version: the next call asks anew.
        if response.status == 404 { negotiated.withLock { $0 = nil } }
        let text = String(decoding: response.body.prefix(300), as: UTF8.self)
        return .status(response.status, message: text.forMessage)
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(SlurmError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .malformed("\(error)".forMessage(limit: 300))
        }
    }
}
