import ArgumentParser

struct DeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters", abstract: "Jobs that were given up: lists them, submits them again, drops them.",
        subcommands: [ListDeadLetters.self, ReplayDeadLetters.self, DropDeadLetters.self],
        defaultSubcommand: ListDeadLetters.self)
}
