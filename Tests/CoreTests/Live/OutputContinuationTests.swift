import Core
import Testing

@Suite struct OutputContinuationTests {
    private static func find(_ known: String, isWhole: Bool = false, _ tail: String) -> OutputContinuation {
        OutputContinuation.find(after: Array(known.utf8), isWhole: isWhole, in: Array(tail.utf8))
    }

    @Test func `Where nothing is known all is new`() {
        #expect(Self.find("", "abc") == .after(0))
        #expect(Self.find("abc", "") == .after(0))
    }

    @Test func `A tail from the beginning goes on where it is known to, however it repeats itself`() {
        #expect(Self.find("tick\ntick\n", isWhole: true, "tick\ntick\ntick\n") == .after(10))
        #expect(Self.find("tick\n", isWhole: true, "tick\n") == .after(5))
    }

    @Test func `What is known is found within a longer tail`() {
        #expect(Self.find("line 8\nline 9\n", "line 7\nline 8\nline 9\nline 10\n") == .after(21))
    }

    @Test func `A tail that begins later goes on where what is known ends`() {
        #expect(Self.find("line 7\nline 8\nline 9\n", "line 8\nline 9\nline 10\n") == .after(14))
        #expect(Self.find("line 7\nline 8\n", "e 8\n") == .after(4))
    }

    @Test func `Where output repeats itself the doubt is told`() {
        #expect(Self.find("tick\ntick\n", "tick\ntick\ntick\ntick\n") == .about(20))
    }

    @Test func `Where it repeats itself at such a distance that a tail shows it only once, too`() {
        let output = String(repeating: String(repeating: "x", count: 99) + "\n", count: 20)
        #expect(Self.find(String(output.prefix(650).suffix(350)), output.suffix(400) + "last\n") == .about(350))
        #expect(Self.find(String(output.prefix(650).suffix(350)), output.suffix(210) + "last\n") == .about(160))
    }

    @Test func `Nothing in common, or next to nothing, is no place to go on`() {
        #expect(Self.find("line 7\n", "another 7\n") == .unknown)
        #expect(Self.find("abc\n", "c\nd\n") == .unknown)
    }

    @Test func `Of every cut of an output that does not repeat lines the right place is found`() {
        let all = Array((0..<40).map { "line number \($0)\n" }.joined().utf8)
        for end in stride(from: 40, to: all.count, by: 7) {
            for start in all.indices where start < end - 30 && (start == 0 || all[start - 1] == 10) {
                let known = Array(all[max(0, end - 60)..<end])
                #expect(
                    OutputContinuation.find(after: known, isWhole: false, in: Array(all[start...]))
                        == .after(end - start))
            }
        }
    }
}
