import Testing

@testable import Core

@Suite struct TraceParentTests {
    @Test(
        "any nonce gives a trace id of 32 hexadecimal digits",
        arguments: [
            "0123456789abcdef01234567", "0", "zz", String(repeating: "a", count: 64), String(repeating: "0", count: 30),
        ])
    func traceID(nonce: String) {
        let id = TraceParent.traceID(Sample.submission(1, nonce))
        #expect(id.utf8.count == 32 && id.allSatisfy { $0.isHexDigit && !$0.isUppercase } && id.contains { $0 != "0" })
    }

    @Test("one submission has one trace, its messages have parents of their own")
    func oneTrace() {
        let (one, other) = (Sample.submission(1, "ab12"), Sample.submission(1, "ab13"))
        let values = [one, one, other].map { TraceParent.make(for: $0).split(separator: "-").map(String.init) }
        #expect(values.allSatisfy { $0.count == 4 && $0[0] == "00" && $0[2].count == 16 && $0[3] == "01" })
        #expect(values[0][1] == values[1][1] && values[0][1] != values[2][1])
        #expect(values[0][2] != values[1][2])
    }
}
