import Core
import FoundationEssentials
import HTTPClient

/// The calls of Cromwell's REST API that this service makes. Each is made once and never repeated.
///
/// API: https://cromwell.readthedocs.io/en/stable/api/RESTAPI/
struct CromwellClient: Sendable {
    let http: HTTPClient
    let endpoint: HTTPEndpoint
    let clock = EngineClock()
    /// How long a call may take.
    var deadline: Duration = .seconds(30)

    /// - Returns: the body of a success.
    func call(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], form: MultipartForm? = nil,
        json: [UInt8]? = nil, deadline: Duration? = nil
    ) async throws(CromwellError) -> [UInt8] {
        var request = HTTPRequest(method, path, query: query, body: form?.body ?? json)
        if let form { request.headers.append(("Content-Type", form.contentType)) }
        if json != nil { request.headers.append(("Content-Type", "application/json")) }
        request.headers.append(("Accept", "application/json"))
        request.deadline = deadline ?? self.deadline
        request.freshConnection = method != "GET"
        let response: HTTPResponse
        do {
            response = try await http.send(request, to: endpoint)
        } catch {
            throw CromwellError(error)
        }
        clock.note(response)
        guard (200..<300).contains(response.status) else {
            throw .status(response.status, message: Self.refusal(response.body))
        }
        return response.body
    }

    func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(CromwellError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .malformed(Self.excerpt(bytes))
        }
    }

    /// `{"status": "fail", "message": …, "errors": […]}`, or else the text as it is.
    private static func refusal(_ body: [UInt8]) -> String {
        struct Refusal: Decodable {
            let message: String
            let errors: [String]?
        }
        guard let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(body)) else { return excerpt(body) }
        return ([refusal.message] + (refusal.errors ?? []).prefix(5)).joined(separator: ": ").forMessage(limit: 800)
    }

    private static func excerpt(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(300), as: UTF8.self).forMessage(limit: 300)
    }
}
