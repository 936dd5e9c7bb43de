import Core
import Foundation
@testable import Gateway
import HTTPTypes
import Program

extension FuzzTarget {
    /// What the gateway reads besides bodies: paths, queries, credentials, and the broker's figures.
    static let gateway = [
        FuzzTarget("path") { bytes in
            let path = "/" + String(decoding: bytes, as: UTF8.self)
            let route = Route(path: path, defaultBackend: .docker)
            expect(!route.template.isEmpty && !route.template.contains("%"), "metrics name no client's words")
            guard case .version2(let parts) = route else { return }
            let decoded = parts.compactMap(\.removingPercentEncoding)
            if decoded.count == parts.count, decoded.first == "dead-letters" {
                expect(Gatekeeper.needed(.post, path: path) == .operate, "whoever handles dead letters operates")
            }
            expect(Gatekeeper.needed(.post, path: path) != nil, "nothing changes without a role")
        },
        FuzzTarget("cursor") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let cursor = try? JobCursor(text) {
                expect(Array(cursor.text.utf8) == bytes, "a cursor is said in one way")
            }
            if let place = try? LogPlace(text) {
                expect((try? LogPlace(place.text)) == place, "a place in the log is found again")
            }
            if let key = try? JobID("a"), let nonce = try? Nonce("a"), let date = Timestamps.parse(text) {
                let id = SubmissionID(key: JobKey(backend: .docker, job: key), generation: 1, nonce: nonce)
                _ = (id, Int(date.timeIntervalSince1970))
            }
            _ = JobSummary.time(text)
            _ = JobLogsResource.last(Int(bytes.first ?? 0), of: text)
        },
        FuzzTarget("credential") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            _ = PresentedCredential(header: text)
            if let file = try? AccessFile(text) { expect(!file.byName.isEmpty, "a file that is good names somebody") }
        },
        FuzzTarget("broker-figures") { bytes in
            let figures = QueueFigures.read(
                String(decoding: bytes, as: UTF8.self), virtualHost: "/", names: QueueNames(prefix: "pman."))
            for one in figures.values { expect(one.ready ?? 0 >= 0, "there are no fewer than none") }
        },
    ]
}
