import AMQP
import Testing

@Suite struct EndpointParsingTests {
    @Test(arguments: [
        ("amqp://u:p@h:1/v", "u", "p", "h", 1, "v", false),
        ("amqp://h", "guest", "guest", "h", 5672, "/", false),
        ("amqps://h/", "guest", "guest", "h", 5671, "/", true),
        ("AMQP://h/%2F", "guest", "guest", "h", 5672, "/", false),
        ("amqp://a%40b:p%3A%2F%25@h/a%2Fb", "a@b", "p:/%", "h", 5672, "a/b", false),
        ("amqp://u:p@[::1]:7/", "u", "p", "::1", 7, "/", false),
        ("amqp://u:@[fe80::1]", "u", "", "fe80::1", 5672, "/", false),
    ])
    func `A URL is read`(
        url: String, user: String, password: String, host: String, port: UInt16, virtualHost: String, tls: Bool
    ) throws {
        let endpoint = try AMQPEndpoint(parsing: url)
        #expect(endpoint.user == user)
        #expect(endpoint.password == password)
        #expect(endpoint.host == host)
        #expect(endpoint.port == port)
        #expect(endpoint.virtualHost == virtualHost)
        #expect(endpoint.tls == tls)
    }

    @Test(arguments: [
        "", "h", "http://u:topsecret@h/", "amqp://", "amqp://u:topsecret@/", "amqp://u:topsecret@h:0/",
        "amqp://u:topsecret@h:65536/", "amqp://u:topsecret@h:x/", "amqp://u:topsecret@h/a/b", "amqp://u:topsecret%@h/",
        "amqp://u:topsecret%zz@h/", "amqp://u:topsecret@h/?x=1", "amqp://u:topsecret@[::1/",
        "amqp://u:topsecret@[::1]x/",
        "amqp://u:top:secret/with@h/", "amqp://u:topsecret%ff@h/", "amqp://u:topsecret#x@h/",
    ])
    func `A bad URL is refused without repeating the password`(url: String) {
        let error = #expect(throws: AMQPURLError.self) { try AMQPEndpoint(parsing: url) }
        let text = error.map { "\($0)" } ?? ""
        #expect(!text.isEmpty && !text.contains("secret"))
    }

    @Test func `Several URLs are a list`() throws {
        let list = try AMQPEndpoint.list(parsing: "amqp://a, amqp://b:1/x ,")
        #expect(list.map(\.host) == ["a", "b"])
        #expect(throws: AMQPURLError.self) { try AMQPEndpoint.list(parsing: " , ") }
        #expect(throws: AMQPURLError.self) { try AMQPEndpoint.list(parsing: "amqp://a,b") }
    }

    @Test func `The password is in no description`() throws {
        let endpoint = try AMQPEndpoint(parsing: "amqp://u:topsecret@h/")
        var dumped = ""
        dump(AMQPConfiguration(endpoints: [endpoint], connectionName: "x"), to: &dumped)
        for text in ["\(endpoint)", String(reflecting: endpoint), "\([endpoint])", dumped] {
            #expect(!text.contains("topsecret"))
            #expect(text.contains("h:5672"))
        }
    }
}
