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

    /// - Returns: the answer to a request that may not pass, else nil.
    func refuse(_ request: Request) async -> Answer? {
        guard let needed = Self.needed(request.method, path: request.uri.path) else { return nil }
        if needed > .read, comesFromElsewhere(request) {
            return .message(
                .forbidden, "A page of another site may not change anything here (its Origin is not this host)")
        }
        guard let access else { return nil }
        switch await access.decide(request.headers[.authorization]) {
        case .busy: return .unavailable("too many passwords are being checked")
        case .unknown:
            var headers = HTTPFields()
            headers[.wwwAuthenticate] = #"Basic realm="pman", charset="UTF-8""#
            return .message(
                .unauthorized, "Show who you are: HTTP Basic or a bearer token that AUTH_FILE of the gateway has",
                headers: headers)
        case .known(let client):
            guard client.role >= needed else {
                logger.notice(
                    "a request was refused", metadata: ["client": "\(client.name)", "needed": "\(needed.rawValue)"])
                return .message(
                    .forbidden,
                    "This needs the role \(needed.rawValue), and \(client.name.forMessage(limit: 100)) has the role \(client.role.rawValue)"
                )
            }
            return nil
        }
    }

    /// The role that a request needs; nil where anybody may ask.
    static func needed(_ method: HTTPRequest.Method, path: String) -> Role? {
        let parts = path.split(separator: "/")
        if parts == ["healthz"] || parts == ["readyz"] { return nil }
        if method == .get || method == .head || method == .options { return .read }
        if parts.starts(with: ["api", "v2", "dead-letters"]) { return .operate }
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
