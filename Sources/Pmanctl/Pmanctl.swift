import ArgumentParser

/// `pmanctl`: what one asks pman for at a terminal.
@main
struct Pmanctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pmanctl", abstract: "Submits jobs to pman, shows them, and helps them along.")
}
