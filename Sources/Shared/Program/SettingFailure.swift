/// A setting that is missing or bad; becomes one line on standard error and exit status 78 (EX_CONFIG, sysexits.h).
public struct SettingFailure: Error, Equatable, CustomStringConvertible {
    public let variable: String
    /// What is wrong and what is allowed; never repeats the value, which may be a secret.
    public let problem: String

    public init(_ variable: String, _ problem: String) {
        self.variable = variable
        self.problem = problem
    }

    public var description: String { "\(variable) \(problem)" }
}
