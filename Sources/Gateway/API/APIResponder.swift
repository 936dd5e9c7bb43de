import Core
import Exposition
import Hummingbird
import HTTPTypes
import Logging

/// Sends each request to what answers it.
struct APIResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let gatekeeper: Gatekeeper
    let jobs: JobsAPI
    let version2: V2Responder
    let health: HealthAPI
    let metrics: GatewayMetrics
    let page: PageAPI
    let defaultBackend: Backend
    let logger: Logger
    /// The largest request body in bytes.
    static let maximumBody = 4 << 20

    func respond(to request: Request, context: Context) async throws -> Response {
        let began = ContinuousClock.now
        let route = Route(path: request.uri.path, defaultBackend: defaultBackend)
        let response = await respond(to: request, route)
        metrics.answered(
            route.template, request.method.rawValue, response.status.code, after: began.duration(to: .now))
        return response
    }

    private func respond(to request: Request, _ route: Route) async -> Response {
        var answer: Answer
        switch (await gatekeeper.decide(request), route) {
        case (.refused(let refusal), _): answer = refusal
        case (.admitted, .version2(let parts)): return await version2.respond(to: request, at: parts)
        case (.admitted(let client), _): answer = await self.answer(request, route, client)
        }
        if request.method == .head { answer.body = [] }
        return answer.response
    }

    private func answer(_ request: Request, _ route: Route, _ client: String?) async -> Answer {
        switch (route, request.method) {
        case (.health, .get), (.health, .head): return health.live()
        case (.ready, .get), (.ready, .head): return health.ready()
        case (.metrics, .get), (.metrics, .head):
            return Answer(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: Array(await metrics.exposition.text().utf8))
        case (.page(let name), .get), (.page(let name), .head):
            return page.get(name, known: request.headers[.ifNoneMatch])
        case (.root(let backend), .get), (.root(let backend), .head): return jobs.describe(backend)
        case (.root(let backend), .post): return await post(request, backend, client)
        case (.job(let backend, let job), .get), (.job(let backend, let job), .head):
            return await jobs.get(JobKey(backend: backend, job: job))
        case (.job(let backend, let job), .delete): return await jobs.delete(JobKey(backend: backend, job: job))
        case (.impossibleJob, .get), (.impossibleJob, .head), (.impossibleJob, .delete):
            return .message(.notFound, "There is no such job; no job id has this form")
        case (.unknown, _), (.version2, _):
            return .message(.notFound, "There is nothing at this path; the API is at /api/v1/")
        case (.root, _): return notAllowed("GET, HEAD, POST")
        case (.job, _), (.impossibleJob, _): return notAllowed("GET, HEAD, DELETE")
        case (.health, _), (.ready, _), (.metrics, _), (.page, _): return notAllowed("GET, HEAD")
        }
    }

    private func notAllowed(_ methods: String) -> Answer {
        .message(.methodNotAllowed, "The method is not allowed for the requested URL.", headers: [.allow: methods])
    }

    private func post(_ request: Request, _ backend: Backend, _ client: String?) async -> Answer {
        guard let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased(),
            type.trimmingSpaces == "application/json"
        else {
            return .message(.unsupportedMediaType, "The request's Content-Type must be application/json")
        }
        let body: [UInt8]
        do {
            var buffer = try await request.body.collect(upTo: Self.maximumBody)
            body = buffer.readBytes(length: buffer.readableBytes) ?? []
        } catch {
            return .message(.contentTooLarge, "The request body could not be read, or is larger than 4 MiB")
        }
        return await jobs.post(body, backend, by: client)
    }
}

extension String {
    fileprivate var trimmingSpaces: Substring {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        while text.first == " " { text.removeFirst() }
        return text
    }
}
