import Core
import Testing

@Suite struct IncrementalTextTests {
    @Test func `However text is cut it comes out whole`() {
        let bytes = Array("aé✓😀z\n".utf8)
        for width in 1...bytes.count {
            var (text, out) = (IncrementalText(), "")
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = text.take(Array(rest.prefix(width)))
                #expect(!piece.contains("\u{FFFD}"))
                out += piece
                rest = rest.dropFirst(width)
            }
            #expect(out + text.finish() == "aé✓😀z\n")
        }
    }

    @Test(arguments: [[0xFF], [0xC3], [0x80, 0x80, 0x80, 0x80], [0xF0, 0x9F], [0xE2, 0x28]] as [[UInt8]])
    func `What is not UTF-8 is replaced and holds up nothing`(_ bytes: [UInt8]) {
        var text = IncrementalText()
        let out = text.take(bytes) + text.take(Array("x".utf8)) + text.finish()
        #expect(out == String(decoding: bytes + Array("x".utf8), as: UTF8.self))
    }
}
