import Testing

@testable import Pmanctl

@Suite struct ServerSentEventTests {
    private static let stream =
        "\u{FEFF}: comment\n\nevent: history\nid: 7\ndata: {\"a\":\r\ndata:1}\r\n\r\ndata\rid\r\revent: x\n\ndata: é\n\n"
    private static let events = [
        ServerSentEvent(event: "history", data: "{\"a\":\n1}", id: "7"),
        ServerSentEvent(event: "message", data: "", id: ""),
        ServerSentEvent(event: "message", data: "é", id: ""),
    ]

    @Test(arguments: [1, 2, 3, 7, 1000]) func `Events are read however the bytes come`(_ size: Int) throws {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        let bytes = Array(Self.stream.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += try parser.take(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(events == Self.events)
    }

    @Test func `An event that the stream does not finish is none`() throws {
        var parser = ServerSentEventParser()
        #expect(try parser.take(Array("data: half\n".utf8)).isEmpty)
    }

    @Test func `A line without an end is given up`() throws {
        var parser = ServerSentEventParser()
        let chunk = [UInt8](repeating: 65, count: 1 << 20)
        #expect(throws: Trouble.self) {
            for _ in 0..<17 { _ = try parser.take(chunk) }
        }
    }
}
