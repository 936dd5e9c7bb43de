import Foundation
import HTTPTypes
import Testing

@testable import Gateway

@Suite struct PageTests {
    private let page = PageAPI()

    private func text(_ name: String?) -> String {
        String(decoding: page.get(name, known: nil).body, as: UTF8.self)
    }

    /// What `pattern` finds in `text`, as its first group.
    private func all(_ pattern: String, in text: String) throws -> [String] {
        try NSRegularExpression(pattern: pattern).matches(in: text, range: NSRange(text.startIndex..., in: text))
            .compactMap { Range($0.range(at: 1), in: text).map { String(text[$0]) } }
    }

    @Test func `everything that the page asks for is there, and nothing from outside`() throws {
        let index = text(nil)
        var wanted = try all("(?:src|href)=\"/page/([^\"]+)\"", in: index)
        #expect(Set(wanted) == ["page.css", "main.js"])
        var seen: Set<String> = []
        while let name = wanted.popLast() {
            guard seen.insert(name).inserted else { continue }
            let answer = page.get(name, known: nil)
            #expect(answer.status == .ok, "\(name)")
            let type = name.hasSuffix(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8"
            #expect(answer.headers[.contentType] == type)
            wanted += try all("from \"\\./([^\"]+)\"", in: text(name))
        }
        #expect(seen.count == 21)
        for name in [nil] + seen.map(Optional.some) {
            let addresses = try all("(https?://[^\"' )]+)", in: text(name))
            #expect(addresses.allSatisfy { $0 == "http://www.w3.org/2000/svg" }, "\(name ?? "the page")")
            #expect(!text(name).contains("innerHTML"), "\(name ?? "the page")")
            #expect(try all("( style=\"| on[a-z]+=\")", in: text(name)) == [], "\(name ?? "the page")")
        }
    }

    @Test func `it may use nothing but itself and the API, and is asked for anew each time`() throws {
        let answer = page.get(nil, known: nil)
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        #expect(answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'; script-src 'self'; ") == true)
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(answer.headers[.cacheControl] == "no-cache")
        let tag = try #require(answer.headers[.eTag])
        for known in [tag, "\"other\", \(tag)", "W/\(tag)", "*"] {
            let again = page.get(nil, known: known)
            #expect(again.status == .notModified)
            #expect(again.body.isEmpty)
            #expect(again.headers[.eTag] == tag)
        }
        #expect(page.get(nil, known: "\"other\"").status == .ok)
        #expect(page.get("main.js", known: tag).status == .ok)
        #expect(page.get("nothing.js", known: nil).status == .notFound)
    }
}
