import Foundation
import Testing

@testable import Pmanctl

@Suite struct TextTests {
    @Test(arguments: [
        ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👍", 2), ("👩‍👩‍👧‍👦", 2), ("🇩🇪", 2), ("ﬀ", 1), ("", 0), ("가", 2), ("❤️", 2),
    ])
    func `Columns are counted as a terminal does`(_ text: String, _ width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("ab", 1, "…"),
        ("a", 1, "a"),
        ("abc", 0, ""),
    ])
    func `Clipping never cuts a character in two`(_ text: String, _ width: Int, _ clipped: String) {
        #expect(DisplayWidth.clip(text, to: width) == clipped)
    }

    @Test func `Output keeps its lines and loses its power`() {
        #expect(SafeText.lines("a\tb\r\nc\n") == "a\tb\nc\n")
        #expect(SafeText.lines("50%\r100%\n") == "50%^M100%\n")
        #expect(SafeText.lines("\u{1b}[2J\u{8}\u{7f}é") == "^[[2J^H^?é")
        #expect(SafeText.line("a\tb\nc") == "a b\\nc")
        #expect(SafeText.line("\u{0}\u{2028}") == "^@\\u{2028}")
    }

    @Test(arguments: [
        ("90", 90), ("90s", 90), ("5m", 300), ("1h30m", 5400), ("2d", 172_800), ("0", 0),
        ("999999999999999999999999d", 10 * 366 * 86_400),
    ])
    func `Times are read as people write them`(_ text: String, _ seconds: Int) {
        #expect(Span(argument: text)?.seconds == seconds)
    }

    @Test(arguments: ["", "x", "5x", "m", "-5", "1h30", "5 m", "1.5h", "٥"])
    func `What is no time is refused`(_ text: String) {
        #expect(Span(argument: text) == nil)
    }

    @Test(arguments: [
        (0, "0s"), (59, "59s"), (60, "1m"), (90, "1m30s"), (660, "11m"), (3660, "1h1m"), (90_000, "1d1h"),
        (1_000_000, "11d"),
    ])
    func `Times are shown in one or two units`(_ seconds: Int, _ text: String) {
        #expect(Span(seconds: seconds).description == text)
    }

    @Test func `Ages are read with and without fractions of a second`() throws {
        let now = try #require(Moment.date("2026-01-01T00:02:00Z"))
        #expect(Moment.age("2026-01-01T00:00:00Z", at: now)?.description == "2m")
        #expect(Moment.age("2026-01-01T00:01:59.250Z", at: now)?.description == "0s")
        #expect(Moment.age("2026-01-01T00:03:00Z", at: now)?.description == "0s")
        #expect(Moment.age("yesterday", at: now) == nil)
        #expect(Moment.age(nil, at: now) == nil)
    }
}
