import Core
import Foundation
import HTTPTypes
import Hummingbird

/// Sends requests below `/api/v2/` to the resources that answer them.
struct V2Responder: Sendable {
    private let routes: [V2Route]

    init(_ resources: [any V2Resource]) { routes = resources.flatMap(\.routes) }

    /// - Parameter parts: what follows `/api/v2/` in the path, percent-encoded.
    func respond(to request: Request, at parts: [String]) async -> Response {
        var decoded: [String] = []
        for part in parts {
            guard let text = part.removingPercentEncoding else { return nothing }
            decoded.append(text)
        }
        let matches = routes.compactMap { route in route.match(decoded).map { (route, $0) } }
        guard !matches.isEmpty else { return nothing }
        let method = request.method == .head ? .get : request.method
        guard let (route, pathParts) = matches.first(where: { $0.0.method == method }) else {
            return notAllowed(matches.map(\.0.method))
        }
        do throws(V2Failure) {
            let response = try await route.handle(
                V2Request(
                    method: request.method, headers: request.headers, pathParts: pathParts,
                    query: try query(request), body: request.body))
            return request.method == .head ? Response(status: response.status, headers: response.headers) : response
        } catch {
            var answer = error.answer
            if request.method == .head { answer.body = [] }
            return answer.response
        }
    }

    private func query(_ request: Request) throws(V2Failure) -> [String: String] {
        var result: [String: String] = [:]
        for (name, value) in request.uri.queryParameters {
            let name = String(name)
            guard result.updateValue(String(value), forKey: name) == nil else {
                throw .field(name.forMessage, "must not be given twice")
            }
        }
        return result
    }

    private var nothing: Response {
        Answer.message(.notFound, "There is nothing at this path; /api/v2/openapi.yaml describes what there is")
            .response
    }

    private func notAllowed(_ methods: [HTTPRequest.Method]) -> Response {
        var names = methods.map(\.rawValue)
        if methods.contains(.get) { names.append("HEAD") }
        return Answer.message(
            .methodNotAllowed, "The method is not allowed for the requested URL.",
            headers: [.allow: names.joined(separator: ", ")]
        ).response
    }
}
