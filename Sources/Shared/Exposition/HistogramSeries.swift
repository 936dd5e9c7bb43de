import Metrics
import Threads

final class HistogramSeries: RecorderHandler, TimerHandler {
    struct Counts: Sendable {
        /// How many observations each bound is the smallest one above; the last is for those above all.
        var buckets: [Int]
        var sum = 0.0
    }

    /// Upper bounds, rising.
    let bounds: [Double]
    private let counts: Locked<Counts>

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Locked(Counts(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    var current: Counts { counts.withLock { $0 } }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        counts.withLock { counts in
            counts.buckets[place] += 1
            counts.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
