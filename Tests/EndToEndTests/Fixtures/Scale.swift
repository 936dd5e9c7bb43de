import Foundation

/// How large the tests' numbers are: `PMAN_TEST_SCALE` multiplies them, for runs that may take longer.
enum Scale {
    private static let factor = ProcessInfo.processInfo.environment["PMAN_TEST_SCALE"].flatMap(Double.init) ?? 1

    /// `make nightly` runs with larger numbers, and more.
    static var isNightly: Bool { factor > 1 }

    static func count(_ usual: Int) -> Int { max(1, Int(Double(usual) * factor)) }

    /// A deadline that grows with the numbers.
    static func time(_ usual: Duration) -> Duration { usual * max(1, factor) }
}
