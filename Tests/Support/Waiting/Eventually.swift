/// Waits until `condition` holds.
///
/// Asks at once, then every `every`. A condition that throws counts as not yet holding; its last error is part of
/// what is thrown in the end, so that "connection refused" is not hidden behind "did not happen".
/// - Parameters:
///   - what: what is waited for, as the end of "did not happen: …".
///   - lastSeen: asked once, when the deadline has passed, for what was there instead.
/// - Throws: `EventuallyError` after `within`; `CancellationError` when the task is cancelled.
public func eventually(
    within: Duration = .seconds(20),
    every: Duration = .milliseconds(50),
    _ what: String,
    lastSeen: () async -> String? = { nil },
    _ condition: () async throws -> Bool
) async throws {
    let deadline = Deadline(within: within)
    var lastError: (any Error)?
    while true {
        do {
            if try await condition() { return }
            lastError = nil
        } catch let error as CancellationError {
            throw error
        } catch {
            lastError = error
        }
        guard !deadline.hasPassed else {
            throw EventuallyError(what: what, within: within, lastSeen: await lastSeen(), lastError: lastError)
        }
        try await Task.sleep(for: every)
    }
}

/// Waits until `value` gives something, and returns it; otherwise like `eventually`.
public func eventuallyValue<Value>(
    within: Duration = .seconds(20),
    every: Duration = .milliseconds(50),
    _ what: String,
    lastSeen: () async -> String? = { nil },
    _ value: () async throws -> Value?
) async throws -> Value {
    var found: Value?
    try await eventually(within: within, every: every, what, lastSeen: lastSeen) {
        found = try await value()
        return found != nil
    }
    guard let found else { throw SupportError("did not happen: \(what)") }
    return found
}
