import CoreMetrics
import Threads

/// Metrics of this process in Prometheus' text format, version 0.0.4:
/// https://prometheus.io/docs/instrumenting/exposition_formats/
///
/// Counters and timers come through swift-metrics; what is only known when somebody asks is read then.
public final class Exposition: Sendable {
    /// One value read when somebody asks, with its labels.
    public struct Sample: Sendable {
        public let labels: [(String, String)]
        public let value: Double

        public init(_ value: Double, _ labels: [(String, String)] = []) {
            (self.value, self.labels) = (value, labels)
        }
    }

    /// What a name means, and the upper bounds of a histogram's buckets.
    public struct Description: Sendable {
        public let help: String
        public let buckets: [Double]

        public init(_ help: String, buckets: [Double] = Exposition.usualBuckets) {
            (self.help, self.buckets) = (help, buckets)
        }
    }

    /// Seconds, from a quick answer to a job of a day.
    public static let usualBuckets: [Double] = [
        0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400,
    ]
    /// More series than this are not kept: a label that anybody can fill must not fill the memory.
    public static let maximumSeries = 2_000

    private struct Reading: Sendable {
        let name: String
        let kind: String
        let help: String
        let read: @Sendable () async -> [Sample]
    }

    struct State: Sendable {
        var series: [SeriesKey: Series] = [:]
        var dropped = 0
    }

    private let descriptions: [String: Description]
    private let readings = Locked<[Reading]>([])
    let state = Locked(State())

    /// - Parameter descriptions: by the metrics' names.
    public init(_ descriptions: [String: Description]) { self.descriptions = descriptions }

    /// Adds a gauge, or with `isCounter` a counter, that is read when somebody asks.
    public func read(
        _ name: String, _ help: String, isCounter: Bool = false, _ read: @escaping @Sendable () async -> [Sample]
    ) {
        readings.withLock {
            $0.append(Reading(name: name, kind: isCounter ? "counter" : "gauge", help: help, read: read))
        }
    }

    func buckets(of name: String) -> [Double] { descriptions[name]?.buckets ?? Self.usualBuckets }

    /// All of it.
    public func text() async -> String {
        var families: [String: (kind: String, help: String, lines: [String])] = [:]
        let (series, dropped) = state.withLock { ($0.series, $0.dropped) }
        for (key, one) in series.sorted(by: { $0.key < $1.key }) {
            let help = descriptions[key.name]?.help ?? ""
            families[key.name, default: (one.kind, help, [])].lines += one.lines(key)
        }
        for reading in readings.withLock({ $0 }) {
            let lines = await reading.read().map { sample in
                Series.line(reading.name, sample.labels, sample.value)
            }
            families[reading.name, default: (reading.kind, reading.help, [])].lines += lines
        }
        families["pman_series_dropped_total"] = (
            "counter", "Changes of metrics that were not kept because there are too many series",
            [Series.line("pman_series_dropped_total", [], Double(dropped))]
        )
        return families.sorted { $0.key < $1.key }.map { name, family in
            "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind)\n" + family.lines.joined()
        }.joined()
    }

    func change(_ key: SeriesKey, _ kind: Series.Value, _ change: (inout Series) -> Void) {
        state.withLock { state in
            if state.series[key] == nil {
                guard state.series.count < Self.maximumSeries else {
                    state.dropped += 1
                    return
                }
                state.series[key] = Series(value: kind)
            }
            change(&state.series[key, default: Series(value: kind)])
        }
    }
}
