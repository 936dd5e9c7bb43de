import Metrics
import Threads

final class GaugeSeries: RecorderHandler {
    private let last = Locked(0.0)

    var value: Double { last.withLock { $0 } }

    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { last.withLock { $0 = value } }
}
