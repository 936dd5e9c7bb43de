import Core
import HTTPClient

extension Trouble {
    /// No answer came.
    init(unreached address: GatewayAddress, _ error: HTTPClientError) {
        switch error {
        case .invalidRequest(let reason): self.init("the request cannot be sent: \(reason)", .usage)
        case .bodyTooLarge: self.init("the answer of \(address) is too large; ask for less", .failure)
        case .connectFailed(let reason):
            self.init(
                "no gateway can be reached at \(address) (\(reason)); start pman-gateway there, or name another with "
                    + "--url or PMAN_URL", .unreachable)
        default: self.init("no answer from the gateway at \(address): \(error); try again", .unreachable)
        }
    }

    /// An answer that is no success; its message goes on as the gateway says it.
    init(status: Int, body: [UInt8]) {
        let message = Self.message(in: body) ?? "the gateway answered \(status) without a message"
        switch status {
        case 401, 403:
            self.init("\(message) (\(status): see PMAN_TOKEN, or user and password in PMAN_URL)", .notAllowed)
        case 404: self.init(message, .notFound)
        case 502, 503, 504: self.init(message, .unreachable)
        case 400..<500: self.init(message, .refused)
        default: self.init(message, .failure)
        }
    }

    /// `{"message": "…"}`, or one line for each of `{"message": {"field": "…"}}`.
    static func message(in body: [UInt8]) -> String? {
        guard case .object(let object) = try? Answer.decoded(JSONValue.self, from: body) else { return nil }
        switch object["message"] {
        case .string(let text): return text
        case .object(let fields):
            let lines = fields.sorted { $0.key < $1.key }.map { field, value in
                if case .string(let text) = value { "\(field): \(text)" } else { field }
            }
            return lines.isEmpty ? nil : lines.joined(separator: "\n")
        default: return nil
        }
    }
}
