/// A name with its labels.
struct SeriesKey: Sendable, Hashable, Comparable {
    let name: String
    private let rendered: String

    init(_ name: String, _ labels: [(String, String)]) {
        self.name = name
        rendered = Series.render(labels)
    }

    /// What stands between the braces.
    var labels: String { rendered }

    static func < (left: SeriesKey, right: SeriesKey) -> Bool {
        (left.name, left.rendered) < (right.name, right.rendered)
    }
}

/// The values of one name and set of labels.
struct Series: Sendable {
    enum Value: Sendable {
        case counter(Double)
        case gauge(Double)
        /// Each bucket counts only what fell into it.
        case histogram(bounds: [Double], counts: [Int], sum: Double)
    }

    var value: Value

    var kind: String {
        switch value {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }

    mutating func add(_ amount: Double) {
        if case .counter(let sum) = value { value = .counter(sum + amount) }
    }

    mutating func set(_ new: Double) {
        if case .gauge = value { value = .gauge(new) }
    }

    mutating func observe(_ new: Double) {
        guard case .histogram(let bounds, var counts, let sum) = value else { return }
        counts[bounds.firstIndex { new <= $0 } ?? bounds.count] += 1
        value = .histogram(bounds: bounds, counts: counts, sum: sum + new)
    }

    func lines(_ key: SeriesKey) -> [String] {
        switch value {
        case .counter(let number), .gauge(let number): return [Self.line(key.name, key.labels, number)]
        case .histogram(let bounds, let counts, let sum):
            var lines: [String] = []
            var total = 0
            for (bound, count) in zip(bounds + [.infinity], counts) {
                total += count
                let edge = #"le="\#(Self.number(bound))""#
                lines.append(
                    Self.line(
                        key.name + "_bucket", key.labels.isEmpty ? edge : key.labels + "," + edge, Double(total)))
            }
            lines.append(Self.line(key.name + "_sum", key.labels, sum))
            lines.append(Self.line(key.name + "_count", key.labels, Double(total)))
            return lines
        }
    }

    static func line(_ name: String, _ labels: [(String, String)], _ value: Double) -> String {
        line(name, render(labels), value)
    }

    private static func line(_ name: String, _ labels: String, _ value: Double) -> String {
        labels.isEmpty ? "\(name) \(number(value))\n" : "\(name){\(labels)} \(number(value))\n"
    }

    static func render(_ labels: [(String, String)]) -> String {
        labels.map { name, value in
            // Scalar by scalar: a carriage return before a newline would make one character of both.
            var escaped = ""
            for scalar in value.unicodeScalars {
                switch scalar {
                case "\\": escaped += "\\\\"
                case "\"": escaped += "\\\""
                case "\n": escaped += "\\n"
                default: escaped.unicodeScalars.append(scalar)
                }
            }
            return "\(name)=\"\(escaped)\""
        }.joined(separator: ",")
    }

    private static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        if value.isNaN { return "NaN" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return String(value)
    }
}
