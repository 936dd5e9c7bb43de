import Foundation
import Support
import Testing

@testable import Worker

@Suite struct OutputFileTests {
    private let directory: TemporaryDirectory
    private let workflow = "5e912a1f-11df-421a-9dfc-3bc67d63f309"

    init() throws {
        directory = try TemporaryDirectory("output")
        try directory.write("secret", to: "elsewhere/stdout")
        try directory.write("0123456789", to: "\(workflow)/call/execution/stdout")
    }

    private func end(_ path: String, limit: Int = 100) -> Result<String, OutputFile.Trouble> {
        Result { () throws(OutputFile.Trouble) in
            String(decoding: try OutputFile.end(of: path, workflow: workflow, limit: limit), as: UTF8.self)
        }
    }

    @Test func `the end of a file is read`() {
        let path = directory.file("\(workflow)/call/execution/stdout")
        #expect(end(path) == .success("0123456789"))
        #expect(end(path, limit: 4) == .success("6789"))
        #expect(end(directory.file("\(workflow)/call/execution/stderr")) == .failure(.missing))
    }

    @Test func `a link that a job made is not followed, be it the file or a folder`() throws {
        let execution = directory.file("\(workflow)/call/execution")
        try FileManager.default.createSymbolicLink(
            atPath: "\(execution)/link", withDestinationPath: directory.file("elsewhere/stdout"))
        #expect(end("\(execution)/link") == .failure(.suspicious))
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("\(workflow)/attempt-2"), withDestinationPath: directory.file("elsewhere"))
        #expect(end(directory.file("\(workflow)/attempt-2/stdout")) == .failure(.suspicious))
    }

    @Test func `a link above the workflow's own directory is the site's`() throws {
        try FileManager.default.createSymbolicLink(atPath: directory.file("root"), withDestinationPath: directory.path)
        #expect(end(directory.file("root/\(workflow)/call/execution/stdout")) == .success("0123456789"))
    }

    @Test func `what is no plain file of the workflow is not read`() {
        mkfifo(directory.file("\(workflow)/call/pipe"), 0o644)
        #expect(end(directory.file("\(workflow)/call/pipe")) == .failure(.suspicious))
        #expect(end(directory.file("\(workflow)/call")) == .failure(.suspicious))
        #expect(end(directory.file("elsewhere/stdout")) == .failure(.suspicious))
        #expect(end("\(workflow)/call/execution/stdout") == .failure(.suspicious))
        #expect(end(directory.file("\(workflow)/../elsewhere/stdout")) == .failure(.suspicious))
        #expect(end("gs://bucket/\(workflow)/stdout") == .failure(.suspicious))
    }
}
