import FoundationEssentials

/// An account at one registry, as Docker's `config.json` has it.
struct RegistryAccount: Sendable, Decodable {
    private var username: String
    private var password: String
    private var identityToken: String
    private var registryToken: String
    private var address = ""

    private enum Key: String, CodingKey {
        case auth, username, password
        case identityToken = "identitytoken"
        case registryToken = "registrytoken"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        username = values.tolerant(.username, or: "")
        password = values.tolerant(.password, or: "")
        identityToken = values.tolerant(.identityToken, or: "")
        registryToken = values.tolerant(.registryToken, or: "")
        // "user:password" in base64; what follows the first colon is all password.
        guard let auth: String = values.tolerant(.auth), let data = Data(base64Encoded: auth) else { return }
        let parts = String(decoding: data, as: UTF8.self).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return }
        username = String(parts[0])
        // Old versions of Docker padded it with NULs.
        password = String(parts[1].prefix { $0 != "\0" })
    }

    /// Docker leaves an empty entry behind when a helper has the secret.
    var isUsable: Bool { !username.isEmpty || !identityToken.isEmpty || !registryToken.isEmpty }

    /// The account with the key that it stood under.
    func at(_ registry: String) -> RegistryAccount {
        var account = self
        account.address = registry
        return account
    }

    /// As the engine wants it: JSON in base64 of the URL kind, with padding.
    var header: String? {
        var fields = ["serveraddress": address]
        if !registryToken.isEmpty {
            fields["registrytoken"] = registryToken
        } else if !identityToken.isEmpty {
            fields["identitytoken"] = identityToken
        } else {
            fields["username"] = username
            fields["password"] = password
        }
        guard let json = try? DockerJSON.encode(fields) else { return nil }
        return Data(json).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }
}
