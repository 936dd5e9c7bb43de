import Glibc
public import Logging
import Threads

/// How both programs begin and end: `--help`, `--version`, `--check-health`, one line and exit 78 for a bad setting, never a trap.
public struct ProgramRunner: Sendable {
    /// The release of both programs.
    public static let version = "7.0.0"

    /// With fewer a busy program may run out of them.
    private static let descriptorsNeeded = 256

    private let name: String
    private let purpose: String
    private let variables: [Variable]

    public init(name: String, purpose: String, variables: [Variable]) {
        self.name = name
        self.purpose = purpose
        self.variables = variables + Self.logVariables
    }

    /// Runs `body` with the settings, and exits.
    public func run(_ body: @Sendable (SettingsReader, Logger) async throws -> Void) async -> Never {
        for argument in CommandLine.arguments.dropFirst() {
            switch argument {
            case "--help", "-h": finish(0, help)
            case "--version": finish(0, "\(name) \(Self.version)")
            case "--check-health": await checkHealth()
            default:
                fail(64, "does not know the argument \"\(argument.prefix(100))\"; --help lists the variables it reads")
            }
        }
        ProcessLimits.apply()
        do {
            let reader = try await SettingsReader.process()
            let logger = try makeLogger(reader)
            if Descriptors.limit < Self.descriptorsNeeded {
                logger.warning(
                    "few file descriptors may be open: raise the limit (ulimit -n, LimitNOFILE)",
                    metadata: ["limit": "\(Descriptors.limit)", "needed": "\(Self.descriptorsNeeded)"])
            }
            try await body(reader, logger)
        } catch let failure as SettingFailure {
            fail(78, failure.description)
        } catch {
            fail(70, "stopped: \(error)")
        }
        exit(0)
    }

    private func checkHealth() async -> Never {
        do {
            let reader = try await SettingsReader.process()
            guard let listen = variables.first(where: { $0.name == "LISTEN" }), let address = try reader.address(listen)
            else { fail(78, "LISTEN is not set, so nothing answers about its health") }
            let certificate = variables.first { $0.name == "TLS_CERT_FILE" }
            let speaksTLS = certificate.flatMap { reader.text($0) } != nil
            if let complaint = HealthCheck(listen: address, speaksTLS: speaksTLS).complaint() { fail(1, complaint) }
            finish(0, "alive")
        } catch {
            fail(78, "\(error)")
        }
    }

    private static let logVariables = [
        Variable("LOG_LEVEL", default: "info", "trace, debug, info, notice, warning, error or critical"),
        Variable("LOG_FORMAT", default: "text", "text, or json with one object a line"),
    ]

    private func makeLogger(_ reader: SettingsReader) throws(SettingFailure) -> Logger {
        let level = try reader.required(Self.logVariables[0]) { text throws(SettingFailure) in
            guard let level = Logger.Level(rawValue: text.lowercased()) else {
                throw SettingFailure("LOG_LEVEL", "must be one of trace, debug, info, notice, warning, error, critical")
            }
            return level
        }
        let format = try reader.required(Self.logVariables[1]) { text throws(SettingFailure) in
            guard let format = LineLogHandler.Format(rawValue: text.lowercased()) else {
                throw SettingFailure("LOG_FORMAT", "must be text or json")
            }
            return format
        }
        return Logger(label: name) { label in LineLogHandler(label: label, format: format, level: level) }
    }

    private var help: String {
        let width = variables.map(\.name.count).max() ?? 0
        let lines = variables.map { variable in
            let padding = String(repeating: " ", count: width - variable.name.count)
            let given = variable.defaultValue.map { " (default: \($0))" } ?? ""
            return "  \(variable.name)\(padding)  \(variable.meaning)\(given)"
        }
        return """
            \(name): \(purpose)

            It takes no arguments but --help, --version and --check-health (asks the program that runs at
            LISTEN whether it lives), and reads these environment variables (and a .env file in the
            working directory):

            \(lines.joined(separator: "\n"))
            """
    }

    private func finish(_ status: Int32, _ text: String) -> Never {
        print(text)
        exit(status)
    }

    private func fail(_ status: Int32, _ text: String) -> Never {
        let line = "\(name): \(text)".split(separator: "\n").joined(separator: " ") + "\n"
        _ = line.utf8.withContiguousStorageIfAvailable { write(2, $0.baseAddress, $0.count) }
        exit(status)
    }
}
