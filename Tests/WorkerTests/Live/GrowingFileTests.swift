import Testing

@testable import Worker

@Suite struct GrowingFileTests {
    @Test func `First the end, then what was added, and all of one that was written anew`() {
        #expect(GrowingFile.range(size: 100, after: nil, limit: 30) == 70..<100)
        #expect(GrowingFile.range(size: 20, after: nil, limit: 30) == 0..<20)
        #expect(GrowingFile.range(size: 100, after: 90, limit: 30) == 90..<100)
        #expect(GrowingFile.range(size: 200, after: 90, limit: 30) == 90..<120)
        #expect(GrowingFile.range(size: 100, after: 100, limit: 30) == 100..<100)
        #expect(GrowingFile.range(size: 10, after: 100, limit: 30) == 0..<10)
    }
}
