public import CoreMetrics

/// What swift-metrics asks for. A timer is a histogram in seconds; a recorder that aggregates is a histogram as well, one
/// that does not is a gauge.
extension Exposition: MetricsFactory {
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        SeriesHandler(self, SeriesKey(label, dimensions), .counter(0))
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        SeriesHandler(self, SeriesKey(label, dimensions), .counter(0))
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        SeriesHandler(self, SeriesKey(label, dimensions), .gauge(0))
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        SeriesHandler(self, SeriesKey(label, dimensions), aggregate ? histogram(label) : .gauge(0))
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        SeriesHandler(self, SeriesKey(label, dimensions), histogram(label))
    }

    private func histogram(_ name: String) -> Series.Value {
        let bounds = buckets(of: name)
        return .histogram(bounds: bounds, counts: Array(repeating: 0, count: bounds.count + 1), sum: 0)
    }

    // What was counted stays: a series that ends and begins anew would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
}

/// One series, as swift-metrics' types change it.
private final class SeriesHandler: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler,
    TimerHandler
{
    private let exposition: Exposition
    private let key: SeriesKey
    private let beginning: Series.Value

    init(_ exposition: Exposition, _ key: SeriesKey, _ beginning: Series.Value) {
        self.exposition = exposition
        self.key = key
        self.beginning = beginning
        // A counter that is 0 is there: rates need the step from it.
        exposition.change(key, beginning) { _ in }
    }

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) { exposition.change(key, beginning) { $0.add(amount) } }
    func decrement(by amount: Double) {}
    func reset() {}
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { exposition.change(key, beginning) { $0.set(value) } }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) {
        exposition.change(key, beginning) {
            $0.observe(value)
            $0.set(value)
        }
    }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
