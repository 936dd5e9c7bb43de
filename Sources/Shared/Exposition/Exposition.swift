public import Metrics
import Threads

/// The metrics of a program, for Prometheus to read: what swift-metrics counts, and what is asked for when somebody reads.
///
/// The number of series is bounded: beyond it new ones are dropped and counted, so that a label with hostile values
/// cannot fill the memory.
public final class Exposition: MetricsFactory {
    struct Family: Sendable {
        let help: String
        let kind: MetricKind
        var buckets: [Double] = []
        var collect: (@Sendable () async -> [Sample])?
        /// By their labels as they are written.
        var counters: [String: CounterSeries] = [:]
        var gauges: [String: GaugeSeries] = [:]
        var histograms: [String: HistogramSeries] = [:]
    }
    struct State: Sendable {
        var families: [String: Family] = [:]
        var seriesCount = 0
        var dropped = 0
    }

    let state = Locked(State())
    private let maximumSeries: Int

    /// Seconds, from a millisecond to a day.
    public static let secondsBuckets: [Double] = [
        0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800, 7_200, 21_600, 86_400,
    ]

    /// - Parameter maximumSeries: of all metrics together that swift-metrics makes.
    public init(maximumSeries: Int = 2_000) { self.maximumSeries = maximumSeries }

    /// Says what a metric is; until then it is a counter, a gauge or a histogram of seconds without help.
    public func describe(
        _ name: String, _ kind: MetricKind, help: String, buckets: [Double] = Exposition.secondsBuckets
    ) {
        state.withLock { $0.families[name] = Family(help: help, kind: kind, buckets: buckets.sorted()) }
    }

    /// Adds a metric whose values are asked for each time that somebody reads; one of the same name is replaced.
    public func collect(
        _ name: String, _ kind: MetricKind = .gauge, help: String, _ read: @escaping @Sendable () async -> [Sample]
    ) {
        state.withLock { $0.families[name] = Family(help: help, kind: kind, collect: read) }
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter, \.counters) { _ in CounterSeries() }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return series(label, dimensions, .gauge, \.gauges) { _ in GaugeSeries() } }
        return histogram(label, dimensions)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    // Series stay: a counter that vanishes and comes back would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func histogram(_ name: String, _ labels: [(String, String)]) -> HistogramSeries {
        series(name, labels, .histogram, \.histograms) { HistogramSeries(bounds: $0.buckets) }
    }

    private func series<Series: Sendable>(
        _ name: String, _ labels: [(String, String)], _ kind: MetricKind,
        _ place: WritableKeyPath<Family, [String: Series]>, make: (Family) -> Series
    ) -> Series {
        let key = Self.text(of: labels)
        return state.withLock { state in
            var family = state.families[name] ?? Family(help: "", kind: kind, buckets: Self.secondsBuckets)
            if let known = family[keyPath: place][key] { return known }
            let made = make(family)
            guard state.seriesCount < maximumSeries, family.kind == kind else {
                state.dropped += 1
                return made
            }
            family[keyPath: place][key] = made
            state.families[name] = family
            state.seriesCount += 1
            return made
        }
    }
}
