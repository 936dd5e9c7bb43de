import Core

/// The word by which Docker or Podman says what a container is.
struct ContainerWord {
    private let word: String

    init(_ word: String) { self.word = word.lowercased() }

    var objectState: FoundObject.State {
        switch word {
        case "created", "configured", "initialized", "": .held
        // Podman says stopped where Docker says exited.
        case "exited", "stopped", "dead": .ended
        default: .running
        }
    }
}

extension StatusReport {
    /// What a container's state means for its job.
    init(_ state: ContainerState) {
        let word = state.status.lowercased()
        switch ContainerWord(word).objectState {
        case .held where !state.hasStarted:
            self.init(status: .notstarted, message: "created")
        case .held, .running:
            self.init(status: .started, message: word, timestamp: state.hasStarted ? state.startedAt : nil)
        case .ended:
            let time = state.hasFinished ? state.finishedAt : state.startedAt
            // Podman's `stopped` is Docker's `exited`, which is the word that clients know.
            var message = (word == "dead" ? "dead" : "exited") + " (\(state.exitCode))"
            if state.isOutOfMemoryKilled {
                message += ": out of memory"
            } else if state.exitCode == 137 {
                message += ": killed"
            }
            if !state.error.isEmpty { message += ": \(state.error.forMessage(limit: 500))" }
            let succeeded = word != "dead" && state.exitCode == 0 && !state.isOutOfMemoryKilled
            self.init(
                status: succeeded ? .finishedSuccessfully : .finishedWithError, message: message, timestamp: time,
                exitCode: state.exitCode)
        }
    }
}
