/// Delays that double between two bounds, each shortened at random by up to half, so that many clients do not come back at once.
struct Backoff: Sendable {
    private let bounds: ClosedRange<Duration>
    private var step = 0

    init(_ bounds: ClosedRange<Duration>) {
        self.bounds = bounds
    }

    mutating func next() -> Duration {
        let full = min(bounds.upperBound, bounds.lowerBound * (1 << min(step, 20)))
        step += 1
        return full * Double.random(in: 0.5...1)
    }

    mutating func reset() {
        step = 0
    }
}
