/// What a metric's values mean to Prometheus.
public enum MetricKind: String, Sendable {
    /// Only rises, until the process starts again.
    case counter
    /// Rises and falls.
    case gauge
    /// Counts of observations, by upper bounds.
    case histogram
}
