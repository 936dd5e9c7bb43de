@testable import HTTPClient
@testable import Pmanctl

extension FuzzTarget {
    /// What the programs' HTTP client and `pmanctl` read.
    static let clients = [
        FuzzTarget("response-head") { bytes in
            var head = ResponseHead()
            for line in bytes.split(separator: 10, omittingEmptySubsequences: false) {
                _ = line.withUnsafeBytes { head.take($0) }
            }
            expect(!head.headers.values.contains { $0.utf8.contains(10) }, "a header field is one line")
        },
        FuzzTarget("event-stream") { bytes in
            let (size, stream) = (Int(bytes.first ?? 0) + 1, Array(bytes.dropFirst()))
            let whole = events(stream, size: max(1, stream.count))
            expect(whole == events(stream, size: size), "events do not depend on the pieces")
        },
        FuzzTarget("terminal") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let line = SafeText.line(text)
            expect(!line.unicodeScalars.contains { $0.value < 32 || (127..<160).contains($0.value) }, "no controls")
            let lines = SafeText.lines(text)
            expect(!lines.utf8.contains { $0 < 32 && $0 != 10 && $0 != 9 }, "none but of lines")
            expect(SafeText.line(line) == line, "what is safe stays as it is")
            let rest = PrintedOutput.last(Int(bytes.first ?? 0), of: bytes[...])
            expect(rest.count <= bytes.count, "the last lines are of what there is")
            var printed = PrintedOutput()
            printed.add(Array(bytes.prefix(bytes.count / 2)))
            expect(printed.rest(of: bytes) != nil, "what was printed is found again")
        },
    ]

    private static func events(_ stream: [UInt8], size: Int) -> [ServerSentEvent] {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for piece in pieces(stream, size) {
            guard let some = try? parser.take(piece) else { return events }
            events += some
        }
        return events
    }
}
