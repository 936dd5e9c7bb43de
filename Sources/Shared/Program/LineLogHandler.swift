import Core
import FoundationEssentials
import Glibc
public import Logging

/// One line on standard error for each event. Values are cleaned, so that a job's name or a scheduler's answer can
/// neither forge a line nor speak to a terminal.
public struct LineLogHandler: LogHandler {
    public enum Format: String, Sendable { case text, json }

    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level
    private let label: String
    private let format: Format

    public init(label: String, format: Format, level: Logger.Level) {
        self.label = label
        self.format = format
        logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let time = Timestamps.now()
        let values = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)".forMessage(limit: 2000)) }
        let line: String
        switch format {
        case .text:
            let suffix = values.map { " \($0.0)=\(Self.quoted($0.1))" }.joined()
            line = "\(time) \(event.level) \("\(event.message)".forMessage(limit: 2000))\(suffix)\n"
        case .json:
            var object = Dictionary(values) { $1 }
            object["time"] = time
            object["level"] = "\(event.level)"
            object["program"] = label
            object["message"] = "\(event.message)".forMessage(limit: 2000)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let data = try? encoder.encode(object) else { return }
            line = String(decoding: data, as: UTF8.self) + "\n"
        }
        var bytes = Array(line.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }

    private static func quoted(_ text: String) -> String {
        text.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" })
            ? "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\""))\"" : text
    }
}
