import Metrics
import Threads

final class CounterSeries: CounterHandler {
    private let count = Locked<Int64>(0)

    var value: Int64 { count.withLock { $0 } }

    func increment(by amount: Int64) {
        count.withLock { count in
            let (sum, overflows) = count.addingReportingOverflow(max(0, amount))
            count = overflows ? .max : sum
        }
    }

    func reset() { count.withLock { $0 = 0 } }
}
