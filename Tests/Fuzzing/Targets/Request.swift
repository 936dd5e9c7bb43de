@testable import Core

extension FuzzTarget {
    /// What clients send: the body of POST, and what its fields are made of.
    static let requests = [
        FuzzTarget("request") { bytes in
            let body = try JSONMessage.decode(JSONValue.self, from: bytes)
            for backend in Backend.allCases {
                guard let request = try? JobRequest(parsing: body, for: backend) else { continue }
                try survives(request)
                expect(!request.entrypoint.isEmpty, "a request has a program")
                expect(
                    request.command.allSatisfy { !$0.utf8.contains(0) }, "no word of a command has a NUL in it")
                expect((request.resources.memoryBytes, request.resources.nanoCPUs) >= (0, 0), "limits are numbers")
            }
            _ = try JobRequest(parsing: body, for: .docker)
        },
        FuzzTarget("text") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let path = try? StoragePath(text) {
                try survives(path)
                let parts = path.text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                expect(!parts.contains { $0.isEmpty }, "a path has no empty part")
                expect(!parts.contains { Array($0) == Array(".".utf8) || Array($0) == Array("..".utf8) }, "nor dots")
                expect(!path.text.utf8.contains { $0 < 32 }, "nor control characters")
                // By bytes: a path may begin with a combining character.
                expect(path.below("/root").utf8.starts(with: "/root/".utf8), "a path is below its root")
            }
            if let entry = try? EnvironmentEntry(text) {
                try survives(entry)
                expect(!entry.key.isEmpty && !entry.key.utf8.contains(UInt8(ascii: "=")), "an entry has a key")
            }
            if let image = try? ImageReference(text) {
                try survives(image)
                expect(image.text.utf8.allSatisfy { (33...126).contains($0) }, "an image is visible ASCII")
                expect((try? ImageReference(image.withTag)) != nil || image.text.utf8.count > 590, "so is its tag")
                expect(!ImageReference.repository(ImageReference.qualified(text)).isEmpty, "it has a repository")
            }
            if let job = try? JobID(text) {
                try survives(job)
                expect(!job.text.utf8.contains(UInt8(ascii: "/")), "a job id is one part of a path")
                let key = JobKey(backend: .docker, job: job)
                let nonce = Nonce.random()
                let id = SubmissionID(key: key, generation: 1, nonce: nonce)
                expect(SubmissionID(key: key, label: id.label) == id, "a label says which submission it is")
            }
            if let job = try? JobID("a"),
                let id = SubmissionID(key: JobKey(backend: .docker, job: job), label: text)
            {
                expect(Array(id.label.utf8) == bytes, "two labels are two submissions")
                try survives(id)
            }
            if let engine = try? EngineID(text) { try survives(engine) }
            if let object = try? ObjectID(text) { try survives(object) }
            let shown = text.forMessage(limit: 50)
            expect(!shown.utf8.contains { $0 < 32 || $0 == 127 }, "what stands in a message is one line")
            let quoted = ShellQuoting.quote(text)
            expect(!quoted.isEmpty, "a word stays a word")
        },
    ]
}
