import Logging
import Program

/// How a backend waits at its start for what is not there yet.
enum Patience {
    /// Tries until there is a value, and says every so often what is missing. A bad setting ends it.
    static func wait<Value>(
        for what: String, _ logger: Logger, _ attempt: () async throws -> Value?
    ) async throws -> Value {
        var tries = 0
        while true {
            var reason = "it does not exist yet"
            do {
                if let value = try await attempt() { return value }
            } catch let failure as SettingFailure {
                throw failure
            } catch let error as CancellationError {
                throw error
            } catch {
                reason = "\(error)"
            }
            if tries % 10 == 0 { logger.warning("waiting for \(what)", metadata: ["reason": "\(reason)"]) }
            tries += 1
            try await Task.sleep(for: .seconds(1))
        }
    }
}
