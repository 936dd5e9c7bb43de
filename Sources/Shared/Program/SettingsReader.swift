import Configuration
import FoundationEssentials
import SystemPackage

/// Reads environment variables strictly: a value that does not parse is an error, never silently the default.
///
/// An empty variable counts as one that is not set.
public struct SettingsReader: Sendable {
    private let lookup: @Sendable (String) -> String?

    /// Reads from a dictionary.
    public init(_ values: [String: String]) {
        lookup = { values[$0] }
    }

    /// Reads the process's environment and, for what is not set there, a `.env` file in the working directory.
    public static func process() async throws(SettingFailure) -> SettingsReader {
        let file: EnvironmentVariablesProvider
        do {
            file = try await EnvironmentVariablesProvider(environmentFilePath: ".env", allowMissing: true)
        } catch {
            throw SettingFailure(".env", "could not be read: check that it is a readable file of NAME=value lines")
        }
        return SettingsReader(
            reader: ConfigReader(providers: [EnvironmentVariablesProvider(), file]))
    }

    private init(reader: ConfigReader) {
        lookup = { name in
            reader.string(forKey: ConfigKey(name.lowercased().split(separator: "_").map(String.init)))
        }
    }

    /// The value, or the variable's default; nil when there is neither.
    public func text(_ variable: Variable) -> String? {
        guard let value = lookup(variable.name), !value.isEmpty else { return variable.defaultValue }
        return value
    }

    /// Parses the value; `parse` throws what is allowed.
    public func parse<Value>(
        _ variable: Variable, _ parse: (String) throws -> Value
    ) throws(SettingFailure) -> Value? {
        guard let text = text(variable) else { return nil }
        do { return try parse(text) } catch { throw SettingFailure(variable.name, "\(error)") }
    }

    public func required<Value>(
        _ variable: Variable, _ parse: (String) throws -> Value
    ) throws(SettingFailure) -> Value {
        guard let value = try self.parse(variable, parse) else {
            throw SettingFailure(variable.name, "is not set: \(variable.meaning)")
        }
        return value
    }

    /// yes/no, true/false, on/off or 1/0 in any case.
    public func bool(_ variable: Variable) throws(SettingFailure) -> Bool {
        switch (text(variable) ?? "no").lowercased() {
        case "yes", "true", "on", "1": return true
        case "no", "false", "off", "0": return false
        default: throw SettingFailure(variable.name, "must be yes or no (or true/false, on/off, 1/0)")
        }
    }

    public func integer(_ variable: Variable, in range: ClosedRange<Int>) throws(SettingFailure) -> Int? {
        guard let text = text(variable) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw SettingFailure(
                variable.name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// `key=value,key=value`.
    public func pairs(_ variable: Variable) throws(SettingFailure) -> [String: String] {
        var pairs: [String: String] = [:]
        for part in (text(variable) ?? "").split(separator: ",") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let key = halves.first, let value = halves.last, !key.isEmpty else {
                throw SettingFailure(variable.name, "must be key=value pairs separated by commas")
            }
            pairs[String(key)] = String(value)
        }
        return pairs
    }

    /// `host:port`, with an IPv6 address in brackets.
    public func address(_ variable: Variable) throws(SettingFailure) -> (host: String, port: Int)? {
        guard let text = text(variable) else { return nil }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            colon != text.startIndex
        else {
            throw SettingFailure(variable.name, "must be host:port, for example 127.0.0.1:5010")
        }
        let host = text[..<colon].trimming { $0 == "[" || $0 == "]" }
        return (String(host), Int(port))
    }
}

extension Substring {
    fileprivate func trimming(_ unwanted: (Character) -> Bool) -> Substring {
        var result = drop(while: unwanted)
        while let last = result.last, unwanted(last) { result.removeLast() }
        return result
    }
}
