import Core
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /api/v2/jobs/{backend}/{jid}/logs`: the output as text, or as it comes.
struct JobLogsResource: V2Resource {
    let finder: JobFinder
    let tails: LiveTails
    let followed: FollowedJobs
    let streams: EventStreams

    private static let patience: Duration = .seconds(2)

    var routes: [V2Route] {
        [
            V2Route(.get, JobResource.path + "/logs") { request throws(V2Failure) in
                let lines = try request.integer("tail", in: 0...1_000_000)
                let follows = try request.bool("follow") ?? false
                let found = try await finder.find(request.job())
                if follows {
                    return try streams.open(request, FollowedOutput(followed.listen(to: found.submission.id)))
                }
                var text = await output(found.submission)
                if let lines { text = Self.last(lines, of: text) }
                var headers = found.headers
                headers[.contentType] = "text/plain; charset=utf-8"
                return Response(
                    status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
            }
        ]
    }

    private func output(_ submission: Submission) async -> String {
        if submission.isFinal { return submission.report?.logs ?? "" }
        guard submission.report?.status == .started, let placement = submission.placement else { return "" }
        return await tails.fresh(of: submission.id, at: placement, within: Self.patience)
    }

    /// The last lines; what follows the last line feed is a line if it is not empty.
    static func last(_ lines: Int, of text: String) -> String {
        guard lines > 0 else { return "" }
        let bytes = text.utf8
        var left = bytes.last == UInt8(ascii: "\n") ? lines + 1 : lines
        var start = bytes.endIndex
        while start > bytes.startIndex {
            let before = bytes.index(before: start)
            if bytes[before] == UInt8(ascii: "\n") {
                left -= 1
                if left == 0 { break }
            }
            start = before
        }
        return String(text[start...])
    }
}
