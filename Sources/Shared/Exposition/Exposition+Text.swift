import Threads

extension Exposition {
    /// The `Content-Type` of `text()`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All metrics in Prometheus' text format, version 0.0.4.
    public func text() async -> String {
        let (families, dropped) = state.withLock { ($0.families, $0.dropped) }
        var lines: [String] = []
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            lines.append("# HELP \(name) \(Self.escape(family.help, quotes: false))")
            lines.append("# TYPE \(name) \(family.kind.rawValue)")
            for (labels, series) in family.counters.sorted(by: { $0.key < $1.key }) {
                lines.append(Self.line(name, labels, Double(series.value)))
            }
            for (labels, series) in family.gauges.sorted(by: { $0.key < $1.key }) {
                lines.append(Self.line(name, labels, series.value))
            }
            for (labels, series) in family.histograms.sorted(by: { $0.key < $1.key }) {
                lines += Self.lines(name, labels, series)
            }
            for sample in await family.collect?() ?? [] {
                lines.append(Self.line(name, Self.text(of: sample.labels), sample.value))
            }
        }
        lines.append("# HELP pman_metrics_dropped_total Series that were not kept because there are too many.")
        lines.append("# TYPE pman_metrics_dropped_total counter")
        lines.append(Self.line("pman_metrics_dropped_total", "", Double(dropped)))
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ name: String, _ labels: String, _ series: HistogramSeries) -> [String] {
        let counts = series.current
        var lines: [String] = []
        var total = 0
        for (bound, count) in zip(series.bounds.map(number) + ["+Inf"], counts.buckets) {
            total += count
            let all = labels.isEmpty ? "le=\"\(bound)\"" : "\(labels),le=\"\(bound)\""
            lines.append(line(name + "_bucket", all, Double(total)))
        }
        return lines + [line(name + "_sum", labels, counts.sum), line(name + "_count", labels, Double(total))]
    }

    private static func line(_ name: String, _ labels: String, _ value: Double) -> String {
        labels.isEmpty ? "\(name) \(number(value))" : "\(name){\(labels)} \(number(value))"
    }

    static func text(of labels: [(String, String)]) -> String {
        labels.map { "\($0.0)=\"\(escape($0.1, quotes: true))\"" }.joined(separator: ",")
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escape(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
