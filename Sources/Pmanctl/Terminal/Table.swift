/// Rows under titles. On a terminal no line is longer than it is wide: the widest columns that may be clipped are.
struct Table: Sendable {
    struct Column: Sendable {
        var title: String
        /// Numbers stand at the right.
        var isNumber = false
        /// Clipped before others are; never to fewer than eight columns while others can give.
        var isFlexible = false
    }

    struct Cell: Sendable, ExpressibleByStringLiteral {
        var text: String
        var colour: Colour?

        /// Control characters are shown, not obeyed.
        init(_ text: String?, colour: Colour? = nil) {
            self.text = text.map { SafeText.line($0) } ?? "-"
            self.colour = colour
        }

        init(_ number: Int?) { self.init(number.map { String($0) }) }

        init(stringLiteral text: String) { self.init(text) }
    }

    private static let gap = 2
    private static let leastFlexible = 8

    var columns: [Column]
    var rows: [[Cell]] = []

    /// - Parameter screen: one without a width gets everything in full.
    func lines(on screen: Screen) -> [String] {
        let widths = self.widths(within: screen.width)
        let all = [columns.map { Cell($0.title) }] + rows
        return all.map { line($0, widths, screen) }
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ screen: Screen) -> String {
        var line = ""
        var room = screen.width ?? .max
        for (index, cell) in cells.enumerated() where index < columns.count {
            let width = min(widths[index], room)
            guard width > 0 else { break }
            let text = DisplayWidth.clip(cell.text, to: width)
            let padding = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
            let painted = screen.hasColours ? cell.colour.map { $0.paint(text) } ?? text : text
            let isLast = index == columns.count - 1
            line += columns[index].isNumber ? padding + painted : painted + (isLast ? "" : padding)
            room -= width
            guard !isLast, room > Self.gap else { break }
            line += String(repeating: " ", count: Self.gap)
            room -= Self.gap
        }
        return line
    }

    /// The columns' widths; their sum with the gaps fits into `limit` where that is possible at all.
    func widths(within limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) {
                index < $1.count ? max($0, DisplayWidth.of($1[index].text)) : $0
            }
        }
        guard let limit else { return widths }
        var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - limit
        let flexible = columns.indices.filter { columns[$0].isFlexible }
        Self.shrink(&widths, flexible, to: Self.leastFlexible, excess: &excess)
        Self.shrink(&widths, Array(columns.indices), to: 1, excess: &excess)
        return widths
    }

    /// Takes from the widest, again and again.
    private static func shrink(_ widths: inout [Int], _ indices: [Int], to least: Int, excess: inout Int) {
        while excess > 0, let widest = indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > least {
            let second = indices.filter { $0 != widest }.map { widths[$0] }.max() ?? least
            let step = min(excess, max(1, widths[widest] - max(second, least)))
            widths[widest] -= step
            excess -= step
        }
    }

    func print() {
        for line in lines(on: Screen(descriptor: 1)) { Console.print(line) }
    }
}
