import Core
import Foundation
import Program
import Testing

@Suite struct SigningKeysTests {
    private static let old = String(repeating: "0b", count: 32)
    private static let new = String(repeating: "a1", count: 32)

    private func keys(_ lines: String...) throws -> SigningKeys {
        try SigningKeys(text: lines.joined(separator: "\n"), installation: "pman.")
    }

    @Test func `what is signed and how is what it was`() throws {
        let (id, request) = (try CacheFixture.submission("a"), try CacheFixture.request("a"))
        let bytes = try SubmissionSignature.signedBytes(of: id, request, installation: "pman.")
        #expect(String(decoding: bytes, as: UTF8.self) == Self.golden)
        // openssl dgst -sha256 -mac HMAC -macopt hexkey:0b0b… of the line above.
        #expect(try keys(Self.old).sign(id, request).text == Self.goldenSignature)
    }

    private static let golden =
        #"{"installation":"pman.","purpose":"pman submission 1","request":{"arguments":[],"entrypoint":["/bin/true"],"environment":[],"image":"local/pmt:1","input":"in","job":"a","output":"out","pathFlags":[],"#
        + #""resources":{"cpuMillicores":10,"gpus":0,"memoryMebibytes":10,"workers":1},"type":"fs","user":"cube"},"submission":{"generation":1,"key":{"backend":"docker","job":"a"},"nonce":"na1"}}"#
    private static let goldenSignature = "dff3fc4aa242be01d59ec3a0987e25f4205ff0c2da74cd4bd6b1f8ea78a2e714"

    @Test func `each part of a submission counts`() throws {
        let keys = try keys(Self.old)
        let (id, request) = (try CacheFixture.submission("a"), try CacheFixture.request("a"))
        let signature = try keys.sign(id, request)
        #expect(keys.verify(signature, id, request))
        #expect(!keys.verify(nil, id, request))
        let elsewhere = try SigningKeys(text: Self.old, installation: "other.")
        #expect(!elsewhere.verify(signature, id, request))
        #expect(!keys.verify(signature, SubmissionID(key: id.key, generation: 1, nonce: .random()), request))
        #expect(!keys.verify(signature, try CacheFixture.submission("a", generation: 2), request))
        #expect(!keys.verify(signature, id, try CacheFixture.request("a", image: "local/pmt:2")))
        // Each member of the request is in the document that is signed, whatever a later version adds.
        let text = String(
            decoding: try SubmissionSignature.signedBytes(of: id, request, installation: "pman."), as: UTF8.self)
        for member in Mirror(reflecting: request).children {
            let name = try #require(member.label)
            #expect(text.contains("\"\(name)\":"), "\(name)")
        }
    }

    @Test func `the first key signs, and each verifies`() throws {
        let (id, request) = (try CacheFixture.submission("a"), try CacheFixture.request("a"))
        let (before, both, after) = (try keys(Self.old), try keys("# new", Self.new, "", Self.old), try keys(Self.new))
        #expect(both.verify(try before.sign(id, request), id, request))
        #expect(both.verify(try after.sign(id, request), id, request))
        #expect(after.verify(try both.sign(id, request), id, request))
        #expect(!before.verify(try both.sign(id, request), id, request))
    }

    @Test(arguments: ["", "# nothing", "abc", String(repeating: "0b", count: 31), String(repeating: "+b", count: 32)])
    func `a file without a good key is refused, and what is in it is not repeated`(_ text: String) {
        #expect { try SigningKeys(text: text, installation: "pman.") } throws: { error in
            text.count < 4 || !"\(error)".contains(text)
        }
    }

    @Test func `a file that everybody may read is refused`() async throws {
        try await CacheFixture.withDirectory { folder in
            let path = folder + "/keys"
            try Self.old.write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            #expect(throws: InvalidValue.self) { try SigningKeys(path: path, installation: "pman.") }
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            _ = try SigningKeys(path: path, installation: "pman.")
        }
    }
}
