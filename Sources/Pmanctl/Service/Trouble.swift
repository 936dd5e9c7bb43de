/// Why a command could not do what it was asked for, in words for whoever typed it.
struct Trouble: Error, Equatable, Sendable {
    let message: String
    let exit: ExitReason

    init(_ message: String, _ exit: ExitReason = .failure) {
        self.message = message
        self.exit = exit
    }
}
