import Testing

@testable import Pmanctl

@Suite struct TableTests {
    private func table(_ rows: [[String]]) -> Table {
        var table = Table(columns: [
            .init(title: "JOB", isFlexible: true), .init(title: "N", isNumber: true),
            .init(title: "MESSAGE", isFlexible: true),
        ])
        table.rows = rows.map { $0.map { Table.Cell($0) } }
        return table
    }

    @Test func `What is no terminal gets everything in full`() {
        let long = String(repeating: "x", count: 500)
        let lines = table([["a", "1", long], ["bb", "10", "c"]]).lines(on: .plain)
        #expect(lines[0] == "JOB   N  MESSAGE")
        #expect(lines[1] == "a     1  " + long)
        #expect(lines[2] == "bb   10  c")
    }

    @Test(arguments: 1...120) func `No line is wider than the terminal`(_ width: Int) {
        let rows = [
            ["job-123456789", "1", "a message that is rather long, as messages are"],
            ["日本語のジョブ名前が長い", "1000000", "短い"], ["e\u{301}e\u{301}", "2", "👩‍👩‍👧‍👦 family 🇩🇪"],
        ]
        for line in table(rows).lines(on: Screen(width: width)) { #expect(DisplayWidth.of(line) <= width) }
    }

    @Test func `The widest columns are clipped first`() {
        let lines = table([["job-1234", "7", String(repeating: "m", count: 100)]]).lines(on: Screen(width: 40))
        #expect(lines[1] == "job-1234  7  " + String(repeating: "m", count: 26) + "…")
        #expect(DisplayWidth.of(lines[1]) == 40)
    }

    @Test func `Colours are around the text and take no room`() {
        var table = Table(columns: [.init(title: "S"), .init(title: "T")])
        table.rows = [[.init("failed", colour: .red), "x"]]
        #expect(table.lines(on: Screen(width: 80, hasColours: true))[1] == "\u{1b}[31mfailed\u{1b}[0m  x")
        #expect(table.lines(on: Screen(width: 80))[1] == "failed  x")
    }

    @Test func `A job cannot write to the terminal through a table`() {
        let lines = table([["\u{1b}]0;owned\u{7}", "1", "a\nb\r\u{9b}31m\u{202e}"]]).lines(on: .plain)
        #expect(lines[1] == "^[]0;owned^G  1  a\\nb^M\\u{9b}31m\\u{202e}")
    }

    @Test func `What is missing is a dash`() {
        #expect(Table.Cell(nil as String?).text == "-")
        #expect(Table.Cell(nil as Int?).text == "-")
    }
}
