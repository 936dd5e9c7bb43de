import Core
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Lets requests in, or answers them itself.
struct Gatekeeper: Sendable {
    /// nil: everybody may do everything (`AUTH=none`).
    let access: AccessControl?
    let logger: Logger

    enum Decision: Sendable {
        /// It may pass; and who asks, where clients say who they are.
        case admitted(client: String?)
        case refused(Answer)
    }

    func decide(_ request: Request) async -> Decision {
        guard let needed = Self.needed(request.method, path: request.uri.path) else { return .admitted(client: nil) }
        if needed > .read, comesFromElsewhere(request) {
            return .refused(
                .message(
                    .forbidden, "A page of another site may not change anything here (its Origin is not this host)"))
        }
        guard let access else { return .admitted(client: nil) }
        switch await access.decide(request.headers[.authorization]) {
        case .busy: return .refused(.unavailable("too many passwords are being checked"))
        case .unknown:
            var headers = HTTPFields()
            headers[.wwwAuthenticate] = #"Basic realm="pman", charset="UTF-8""#
            return .refused(
                .message(
                    .unauthorized, "Show who you are: HTTP Basic or a bearer token that AUTH_FILE of the gateway has",
                    headers: headers))
        case .known(let client):
            guard client.role >= needed else {
                logger.notice(
                    "a request was refused", metadata: ["client": "\(client.name)", "needed": "\(needed.rawValue)"])
                return .refused(
                    .message(
                        .forbidden,
                        "This needs the role \(needed.rawValue), and \(client.name.forMessage(limit: 100)) has the role \(client.role.rawValue)"
                    ))
            }
            return .admitted(client: client.name)
        }
    }

    /// The role that a request needs; nil where anybody may ask.
    static func needed(_ method: HTTPRequest.Method, path: String) -> Role? {
        let parts = path.split(separator: "/")
        if parts == ["healthz"] || parts == ["readyz"] { return nil }
        if method == .get || method == .head || method == .options { return .read }
        // As `V2Responder` reads them: a letter written as %XX is the same letter.
        if parts.starts(with: ["api", "v2"]), parts.dropFirst(2).first?.removingPercentEncoding == "dead-letters" {
            return .operate
        }
        return .submit
    }

    /// A browser says where the page is from that sends a request; such a request carries what the browser knows of the
    /// user. Programs do not send the field.
    private func comesFromElsewhere(_ request: Request) -> Bool {
        guard let origin = request.headers[.origin] else { return false }
        guard let host = request.head.authority, let scheme = origin.range(of: "://") else { return true }
        return origin[scheme.upperBound...] != host[...]
    }
}
