import ArgumentParser

/// The same for several jobs: one that fails does not keep the others from being done.
enum EachJob {
    /// - Throws: the first one's `ExitCode`, after all troubles were said.
    static func perform(_ jids: [String], _ body: (String) async throws -> Void) async throws {
        var first: Trouble?
        for jid in jids {
            do {
                try await body(jid)
            } catch let trouble as Trouble {
                Trouble("\(jid): \(trouble.message)", trouble.exit).say()
                first = first ?? trouble
                if trouble.exit == .unreachable { break }
            }
        }
        if let first { throw ExitCode(first.exit.rawValue) }
    }
}
