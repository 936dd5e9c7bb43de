import Testing

@testable import Worker

@Suite struct OutputPipeTests {
    @Test func `A writer waits while nobody reads, and nothing is lost`() async {
        let pipe = OutputPipe(capacity: 10)
        let writer = Task {
            for byte in 0..<100 { await pipe.write([UInt8](repeating: UInt8(byte), count: 7)) }
            pipe.close()
        }
        var all: [UInt8] = []
        while let bytes = await pipe.read(16) {
            #expect(bytes.count <= 16)
            all += bytes
        }
        await writer.value
        #expect(all == (0..<100).flatMap { [UInt8](repeating: UInt8($0), count: 7) })
    }

    @Test func `A nudge lets the reader go on, and closing lets go of everybody`() async {
        let pipe = OutputPipe(capacity: 2)
        pipe.nudge()
        #expect(await pipe.read(10) == [])
        let writer = Task { await pipe.write([1, 2, 3]) }
        #expect(await pipe.read(2) == [1, 2])
        await writer.value
        let blocked = Task { await pipe.write([4, 5]) }
        pipe.close()
        await blocked.value
    }
}
