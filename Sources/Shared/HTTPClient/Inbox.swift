import CCurl
import Threads

/// What callers ask of the loop's thread, and its bell.
final class Inbox: Sendable {
    enum Command: Sendable {
        case start(Call)
        case cancel(Call)
        /// The reader of a paused stream has made room.
        case resume(Call)
    }

    private struct State: Sendable {
        var commands: [Command] = []
        var isClosing = false
        /// nil once the loop has ended: the handle is gone then.
        var multi: MultiHandle?
    }

    private let state: Locked<State>

    init(_ multi: MultiHandle) {
        state = Locked(State(multi: multi))
    }

    /// - Returns: false when the client is closed, and nobody will read this.
    @discardableResult
    func post(_ command: Command) -> Bool {
        state.withLock { state in
            guard !state.isClosing else { return false }
            state.commands.append(command)
            // With more than one waiting the bell has rung already.
            if state.commands.count == 1, let multi = state.multi { curl_multi_wakeup(multi.pointer) }
            return true
        }
    }

    func close() {
        state.withLock { state in
            guard !state.isClosing else { return }
            state.isClosing = true
            if let multi = state.multi { curl_multi_wakeup(multi.pointer) }
        }
    }

    /// For the loop: all commands so far, and whether it shall end.
    func take() -> (commands: [Command], isClosing: Bool) {
        state.withLock { state in
            defer { state.commands = [] }
            return (state.commands, state.isClosing)
        }
    }

    /// For the loop: from here on nobody touches the multi handle but its owner.
    func detach() {
        state.withLock { $0.multi = nil }
    }
}
