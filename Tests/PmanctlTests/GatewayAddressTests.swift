import HTTPClient
import Testing

@testable import Pmanctl

@Suite struct GatewayAddressTests {
    @Test func `Credentials leave the URL and become a header`() throws {
        let address = try GatewayAddress(url: "http://anna:s%40cret@pman.example:8080/base/")
        #expect(address.endpoint.address == .url("http://pman.example:8080/base"))
        #expect(address.description == "http://pman.example:8080/base")
        // anna:s@cret
        #expect(address.authorization == "Basic YW5uYTpzQGNyZXQ=")
    }

    @Test func `A token goes before user and password`() throws {
        #expect(try GatewayAddress(url: "https://a:b@host", token: " abc.def \n").authorization == "Bearer abc.def")
        #expect(try GatewayAddress(url: "https://host", token: "").authorization == nil)
    }

    @Test(arguments: [
        "", "host", "ftp://host", "http://", "http://a:s3cret@", "http://a:s3cret%4@host", "http://h?x", "http://h/#s",
    ])
    func `An address that is none is refused without repeating secrets`(_ url: String) {
        let trouble = #expect(throws: Trouble.self) { try GatewayAddress(url: url, token: nil) }
        #expect(trouble?.exit == .usage)
        #expect(trouble?.message.contains("s3cret") == false)
    }

    @Test func `A token with a line break in it is refused`() {
        let trouble = #expect(throws: Trouble.self) { try GatewayAddress(url: "http://h", token: "a\nX: s3cret") }
        #expect(trouble?.message.contains("s3cret") == false)
    }
}
