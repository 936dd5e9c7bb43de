import Core
import Testing

@testable import Gateway

struct AccessFileTests {
    @Test func `Entries, comments and empty lines are read`() throws {
        let file = try AccessFile("# who\n\npfcon:submit:\(Secrets.yescrypt)\r\ngrafana:read:\(Secrets.digest)\n")
        #expect(file.byName.keys.sorted() == ["grafana", "pfcon"])
        #expect(file.byName["pfcon"]?.role == .submit)
        #expect(file.byName["pfcon"]?.secret == .crypt(Secrets.yescrypt))
        guard case .digest(let bytes) = file.byName["grafana"]?.secret else { return #expect(Bool(false)) }
        #expect(bytes.count == 32 && bytes.first == 0xAD && bytes.last == 0x40)
    }

    @Test(arguments: [
        "", "# nobody\n", "name", "name:submit", ":read:\(Secrets.digest)", "a:root:\(Secrets.digest)", "a:read:geheim",
        "a:read:sha256:12", "a:read:sha256:" + String(repeating: "x", count: 64), "a:read:$1$abc$defghijklmnopqrstuvw",
        "a:read:\(Secrets.digest)\na:submit:\(Secrets.digest)",
    ])
    func `What is malformed is refused, and the secret is not repeated`(_ text: String) {
        do throws(InvalidValue) {
            _ = try AccessFile(text)
            Issue.record("was accepted: \(text)")
        } catch {
            #expect(!error.description.contains("geheim") && !error.description.contains("addb0f"), "\(error)")
        }
    }
}
