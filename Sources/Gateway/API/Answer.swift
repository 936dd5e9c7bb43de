import Core
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What the API answers, before it is HTTP.
struct Answer: Sendable {
    let status: HTTPResponse.Status
    var headers: HTTPFields = [:]
    var body: [UInt8] = []

    static func json(_ status: HTTPResponse.Status, _ value: some Encodable, headers: HTTPFields = [:]) -> Answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            return Answer(status: .internalServerError)
        }
        var headers = headers
        headers[.contentType] = "application/json"
        return Answer(status: status, headers: headers, body: Array(data) + [UInt8(ascii: "\n")])
    }

    /// - Parameter body: as `json(_:_:headers:)` made it.
    static func json(_ body: [UInt8]) -> Answer {
        Answer(status: .ok, headers: [.contentType: "application/json"], body: body)
    }

    /// An error in the original's shape.
    static func message(_ status: HTTPResponse.Status, _ text: String, headers: HTTPFields = [:]) -> Answer {
        json(status, ["message": text], headers: headers)
    }

    static func failure(_ failure: RequestFailure) -> Answer {
        switch failure {
        case .body(let text): message(.badRequest, text)
        case .fields(let fields): json(.badRequest, ["message": fields])
        }
    }

    /// "Not known: send the same request again."
    static func unavailable(_ reason: String) -> Answer {
        message(
            .serviceUnavailable, "\(reason.forMessage(limit: 500)); send the same request again",
            headers: [.retryAfter: "5"])
    }

    var response: Response {
        Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
