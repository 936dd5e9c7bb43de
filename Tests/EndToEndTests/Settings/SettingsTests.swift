import Foundation
import Support
import Testing

extension EndToEnd {
    @Suite(.machine(.shared)) struct SettingsTests {
        struct BadSetting: Sendable, CustomTestStringConvertible {
            let program: String
            let variable: String
            let value: String
            var others: [String: String] = [:]

            var testDescription: String { "\(program) \(variable)=\(value)" }
        }

        static let bad = [
            BadSetting(program: "pman-gateway", variable: "AUTH", value: "maybe"),
            BadSetting(
                program: "pman-gateway", variable: "TLS_CERT_FILE", value: "/nowhere/at/all",
                others: ["TLS_KEY_FILE": "/nowhere/either"]),
            BadSetting(
                program: "pman-gateway", variable: "TLS_KEY_FILE", value: "", others: ["TLS_CERT_FILE": "/etc/hosts"]),
            BadSetting(program: "pman-gateway", variable: "AUTH", value: "", others: ["LISTEN": "0.0.0.0:0"]),
            BadSetting(program: "pman-gateway", variable: "AUTH", value: "", others: ["AUTH_FILE": "/etc/passwd"]),
            BadSetting(
                program: "pman-gateway", variable: "AUTH_FILE", value: "/nowhere/at/all", others: ["AUTH": "file"]),
            BadSetting(
                program: "pman-gateway", variable: "AUTH_FILE", value: "", others: ["AUTH": "file"]),
            BadSetting(program: "pman-gateway", variable: "SIGNING_KEY_FILE", value: "/nowhere/at/all"),
            BadSetting(program: "pman-worker", variable: "SIGNING_KEY_FILE", value: "/etc/hosts"),
            BadSetting(program: "pman-gateway", variable: "AMQP_URL", value: "http://here"),
            BadSetting(
                program: "pman-gateway", variable: "AMQP_KEY_FILE", value: "", others: ["AMQP_CERT_FILE": "/cert.pem"]),
            BadSetting(
                program: "pman-worker", variable: "AMQP_CERT_FILE", value: "", others: ["AMQP_KEY_FILE": "/key.pem"]),
            BadSetting(program: "pman-gateway", variable: "LISTEN", value: "nowhere"),
            BadSetting(program: "pman-gateway", variable: "LISTEN", value: "127.0.0.1:70000"),
            BadSetting(program: "pman-gateway", variable: "CONTAINER_ENV", value: "lxc"),
            BadSetting(program: "pman-gateway", variable: "REMOVE_JOBS", value: "perhaps"),
            BadSetting(program: "pman-gateway", variable: "LOGS_REFRESH", value: "soon"),
            BadSetting(program: "pman-gateway", variable: "REQUEST_TIMEOUT", value: "0"),
            BadSetting(program: "pman-gateway", variable: "MAX_CONNECTIONS", value: "many"),
            BadSetting(program: "pman-gateway", variable: "MAX_WAITING_JOBS", value: "0"),
            BadSetting(program: "pman-gateway", variable: "LOG_MAX_AGE", value: "30"),
            BadSetting(program: "pman-gateway", variable: "LOG_LEVEL", value: "loud"),
            BadSetting(program: "pman-worker", variable: "AMQP_URL", value: "amqp://host:port/"),
            BadSetting(program: "pman-worker", variable: "CONTAINER_ENV", value: "lxc"),
            BadSetting(program: "pman-worker", variable: "STORAGE_TYPE", value: "floppy"),
            BadSetting(
                program: "pman-worker", variable: "STOREBASE", value: "relative", others: ["STORAGE_TYPE": "host"]),
            BadSetting(program: "pman-worker", variable: "STOREBASE", value: "", others: ["STORAGE_TYPE": "host"]),
            BadSetting(
                program: "pman-worker", variable: "STOREBASE", value: "/data",
                others: ["STORAGE_TYPE": "host", "VOLUME_NAME": "data"]),
            BadSetting(program: "pman-worker", variable: "CONTAINER_USER", value: "root"),
            BadSetting(program: "pman-worker", variable: "SHM_SIZE", value: "-1"),
            BadSetting(program: "pman-worker", variable: "JOB_LABELS", value: "novalue"),
            BadSetting(program: "pman-worker", variable: "IGNORE_LIMITS", value: "maybe"),
            BadSetting(program: "pman-worker", variable: "JOB_LOGS_TAIL", value: "all"),
            BadSetting(program: "pman-worker", variable: "ADMISSION", value: "sometimes"),
            BadSetting(program: "pman-worker", variable: "ALLOWED_IMAGES", value: "a;b"),
            BadSetting(
                program: "pman-worker", variable: "DROP_PRIVILEGES", value: "yes", others: ["CONTAINER_ENV": "slurm"]),
            BadSetting(program: "pman-worker", variable: "DOCKER_HOST", value: "ftp://engine"),
            BadSetting(program: "pman-worker", variable: "LOG_FORMAT", value: "xml"),
        ]

        @Test(arguments: bad) func `A bad value is one line that names the variable, and exit status 78`(
            _ bad: BadSetting
        ) async throws {
            var environment = bad.others
            environment[bad.variable] = bad.value
            if bad.variable != "STOREBASE", bad.variable != "STORAGE_TYPE" {
                environment.merge(["STORAGE_TYPE": "host", "STOREBASE": "/tmp"]) { given, _ in given }
            }
            let (exit, output) = try await run(bad.program, [], environment)
            #expect(exit == .exited(78), "\(output)")
            #expect(output.split(separator: "\n").count == 1, "\(output)")
            #expect(output.hasPrefix("\(bad.program): \(bad.variable) "), "\(output)")
        }

        @Test(arguments: ["pman-gateway", "pman-worker"])
        func `--help lists the variables and --version says the version`(_ program: String) async throws {
            let help = try await run(program, ["--help"])
            #expect(help.0 == .exited(0))
            for variable in ["AMQP_URL", "QUEUE_PREFIX", "CONTAINER_ENV", "LISTEN", "LOG_LEVEL"] {
                #expect(help.1.contains("  \(variable) "))
            }
            let version = try await run(program, ["--version"])
            #expect(version.0 == .exited(0))
            #expect(version.1.wholeMatch(of: /pman-(gateway|worker) [0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
            #expect(try await run(program, ["--nonsense"]).0 != .exited(0))
        }

        @Test func `Two gateways do not use one folder`() async throws {
            let broker = try await Services.broker
            try await withSite { site in
                let first = try await site.gateway()
                let (exit, output) = try await run(
                    "pman-gateway", [],
                    [
                        "AMQP_URL": broker.url, "QUEUE_PREFIX": site.prefix, "STATE_DIR": first.stateDirectory,
                        "LISTEN": "127.0.0.1:0",
                    ])
                guard case .exited(let status) = exit else { throw SupportError("\(exit): \(output)") }
                #expect(status != 0)
                #expect(output.split(separator: "\n").last?.contains("STATE_DIR") == true, "\(output)")
                #expect(try await first.program.http.send("GET", "/readyz").status == 200)
            }
        }

        private func run(
            _ program: String, _ arguments: [String], _ environment: [String: String] = [:]
        ) async throws -> (ProcessExit, String) {
            let directory = try TemporaryDirectory("settings")
            defer { directory.remove() }
            var all = ["PATH": "/usr/bin:/bin", "STATE_DIR": directory.file("state")]
            all.merge(environment) { _, given in given }
            let process = try ManagedProcess(
                program, program: try BuiltPrograms.path(of: program), arguments: arguments, environment: all,
                directory: directory.path, logFile: directory.file("log"))
            let exit = try await process.waitForExit(within: .seconds(20))
            return (exit, process.log.tail())
        }
    }
}
