/// One value of a metric, with what it is about.
public struct Sample: Sendable {
    public let labels: [(String, String)]
    public let value: Double

    public init(_ labels: [(String, String)] = [], _ value: Double) {
        self.labels = labels
        self.value = value
    }
}
