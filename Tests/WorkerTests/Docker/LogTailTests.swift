import Testing

@testable import Worker

struct LogTailTests {
    private func tail(_ text: String, lines: Int?, bytes: Int, cut: Int = 7) -> String {
        var tail = LogTail(maximumLines: lines, maximumBytes: bytes)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            tail.append(Array(rest.prefix(cut)))
            rest = rest.dropFirst(cut)
        }
        return tail.text
    }

    @Test(arguments: [
        ("", 2, ""), ("a", 2, "a"), ("a\n", 2, "a\n"), ("a\nb\nc\n", 2, "b\nc\n"), ("a\nb\nc", 2, "b\nc"),
        ("a\n\n\n", 2, "\n\n"), ("a\nb\n", 2, "a\nb\n"), ("a\nb", 0, ""), ("a\nb\nc\n", 1, "c\n"),
    ])
    func `the last lines are kept`(_ text: String, _ lines: Int, _ expected: String) {
        for cut in 1...5 { #expect(tail(text, lines: lines, bytes: 100, cut: cut) == expected) }
    }

    @Test
    func `what the bound on lines leaves out has no marker, whatever was dropped before`() {
        let text = (0..<1000).map { "line \($0)\n" }.joined()
        #expect(tail(text, lines: 3, bytes: 200) == "line 997\nline 998\nline 999\n")
        // Exactly what the ring holds: the byte before it ended a line.
        #expect(tail(text, lines: 3, bytes: 27) == "line 997\nline 998\nline 999\n")
    }

    @Test
    func `what the bound on bytes cuts off is marked, and the mark counts`() {
        let text = (0..<1000).map { "line \($0)\n" }.joined()
        let result = tail(text, lines: 900, bytes: 200)
        #expect(result.hasPrefix(LogTail.marker))
        #expect(result.hasSuffix("line 998\nline 999\n"))
        #expect(result.utf8.count == 200)
        #expect(tail(text, lines: nil, bytes: 200) == result)
    }

    @Test
    func `no character is cut in two`() {
        for bytes in LogTail.marker.utf8.count...60 {
            for cut in [1, 3, 1000] {
                let result = tail(String(repeating: "ä€😀", count: 100), lines: nil, bytes: bytes, cut: cut)
                #expect(result.utf8.count <= bytes)
                #expect(!result.contains("\u{FFFD}"))
            }
        }
    }

    @Test
    func `what is not UTF-8 is replaced, within the bound`() {
        var tail = LogTail(maximumLines: nil, maximumBytes: 100)
        tail.append([0x61, 0xFF, 0x62, 0xC3])
        #expect(tail.text == "a\u{FFFD}b\u{FFFD}")
        tail.append([UInt8](repeating: 0xFF, count: 90))
        #expect(tail.text.utf8.count <= 100)
        #expect(tail.text.hasPrefix(LogTail.marker))
    }

    @Test(arguments: [0, 1, 5])
    func `a bound too small for the marker leaves it out`(_ bytes: Int) {
        #expect(tail("0123456789", lines: nil, bytes: bytes) == String("0123456789".suffix(bytes)))
    }

    @Test
    func `the ring agrees with the simple way, however the stream is cut`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let bytes = Int.random(in: 40...80, using: &generator)
            let lines = Int.random(in: 1...12, using: &generator)
            let text = (0..<Int.random(in: 0...40, using: &generator)).map {
                String(repeating: "x", count: $0 % 9) + "\n"
            }
            .joined()
            let result = tail(text, lines: lines, bytes: bytes, cut: Int.random(in: 1...100, using: &generator))
            let wanted = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().suffix(lines)
                .map { $0 + "\n" }.joined()
            if wanted.utf8.count <= bytes {
                #expect(result == wanted)
            } else {
                #expect(result == LogTail.marker + wanted.suffix(bytes - LogTail.marker.utf8.count))
            }
        }
    }
}
