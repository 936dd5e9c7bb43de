import HTTPTypes

/// The page at `/`: what pman does, for people.
struct PageAPI: Sendable {
    private let index = PageFile("text/html; charset=utf-8", PackageResources.index_html)
    /// By the name behind `/page/`.
    private let files: [String: PageFile]

    init() {
        let modules = [
            "api": PackageResources.api_js, "connection": PackageResources.connection_js,
            "dead": PackageResources.dead_js, "dialogs": PackageResources.dialogs_js, "dom": PackageResources.dom_js,
            "filters": PackageResources.filters_js, "graph": PackageResources.graph_js, "job": PackageResources.job_js,
            "keyboard": PackageResources.keyboard_js, "list": PackageResources.list_js,
            "main": PackageResources.main_js, "output": PackageResources.output_js,
            "presence": PackageResources.presence_js, "problems": PackageResources.problems_js,
            "queues": PackageResources.queues_js, "store": PackageResources.store_js,
            "stream": PackageResources.stream_js, "text": PackageResources.text_js,
            "timeline": PackageResources.timeline_js, "workers": PackageResources.workers_js,
        ]
        var files = ["page.css": PageFile("text/css; charset=utf-8", PackageResources.page_css)]
        for (name, bytes) in modules { files["\(name).js"] = PageFile("text/javascript; charset=utf-8", bytes) }
        self.files = files
    }

    /// - Parameters:
    ///   - name: of a file behind `/page/`; nil: the page itself.
    ///   - known: the request's `If-None-Match`.
    func get(_ name: String?, known: String?) -> Answer {
        guard let file = name.map({ files[$0] }) ?? index else {
            return .message(.notFound, "The page has no such file; it is at /")
        }
        var headers = Self.headers
        headers[.eTag] = file.entityTag
        guard !file.isKnown(to: known) else { return Answer(status: .notModified, headers: headers) }
        headers[.contentType] = file.contentType
        return Answer(status: .ok, headers: headers, body: file.bytes)
    }

    /// Nothing but these files and the API: no resources from outside, no inline script, no frame around the page.
    private static let headers: HTTPFields = {
        var headers: HTTPFields = [
            .cacheControl: "no-cache", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy:
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                + "base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
        ]
        if let policy = HTTPField.Name("Referrer-Policy") { headers[policy] = "no-referrer" }
        return headers
    }()
}
