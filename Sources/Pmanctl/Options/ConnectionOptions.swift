import ArgumentParser
import FoundationEssentials

/// Which gateway.
struct ConnectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The gateway; default: PMAN_URL, else \(GatewayAddress.fallback).", valueName: "url"))
    var url: String?

    /// - Throws: `Trouble` for an address that is none.
    func gateway(environment: [String: String] = ProcessInfo.processInfo.environment) throws(Trouble) -> Gateway {
        let given = environment["PMAN_URL"] ?? ""
        return try Gateway(
            GatewayAddress(
                url: url ?? (given.isEmpty ? GatewayAddress.fallback : given), token: environment["PMAN_TOKEN"],
                authorities: environment["PMAN_CA_FILE"]))
    }
}
