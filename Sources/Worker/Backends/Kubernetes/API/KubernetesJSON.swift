import FoundationEssentials
import HTTPClient

/// JSON as the API server writes and reads it.
enum KubernetesJSON {
    static func encode(_ value: some Encodable) throws(KubernetesError) -> [UInt8] {
        do {
            return Array(try JSONEncoder.stable.encode(value))
        } catch {
            throw .malformed("\(error)")
        }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(KubernetesError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .malformed("\(type): \(String(decoding: bytes.prefix(200), as: UTF8.self))")
        }
    }

    /// A refusal in the server's words: a Status, or else the text as it is (a proxy's, mostly).
    static func refusal(
        _ status: Int, _ headers: [String: String], _ body: [UInt8], _ operation: KubernetesOperation
    ) -> KubernetesRefusal {
        let answer = try? JSONDecoder().decode(StatusAnswer.self, from: Data(body))
        return KubernetesRefusal(
            status: status, reason: answer?.reason ?? "",
            message: answer?.message ?? String(decoding: body.prefix(300), as: UTF8.self),
            retryAfter: headers["retry-after"].flatMap { Int($0) } ?? answer?.details?.retryAfterSeconds,
            operation: operation)
    }
}

/// What the server answers instead of an object, and what a watch says when it cannot go on.
struct StatusAnswer: Decodable, Sendable {
    struct Details: Decodable, Sendable {
        var retryAfterSeconds: Int?
    }

    var code: Int?
    var reason: String?
    var message: String?
    var details: Details?
}
