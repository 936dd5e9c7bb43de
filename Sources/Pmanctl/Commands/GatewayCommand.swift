import ArgumentParser

/// A command that asks the gateway: what is common is that trouble becomes one message and an exit status.
protocol GatewayCommand: AsyncParsableCommand {
    var connection: ConnectionOptions { get }

    /// - Throws: `Trouble`, or `ExitCode` when all has been said.
    func perform(at gateway: Gateway) async throws
}

extension GatewayCommand {
    func run() async throws {
        do {
            try await perform(at: try connection.gateway())
        } catch let trouble as Trouble {
            trouble.say()
            throw ExitCode(trouble.exit.rawValue)
        }
    }
}

extension Trouble {
    /// On standard error.
    func say() { Console.say("pmanctl: " + SafeText.lines(message)) }
}
