import FoundationEssentials

/// Who to be at which image registry, from Docker's `config.json`.
/// Format: https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties
struct RegistryCredentials: Sendable {
    /// By registry host; Docker Hub is `docker.io`.
    private var accounts: [String: RegistryAccount] = [:]
    /// What of the file cannot be used, for the operator; no secrets.
    private(set) var warnings: [String] = []

    /// Reads `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`. No file is no credentials; a bad one is a warning.
    static func load(environment: [String: String]) -> RegistryCredentials {
        let folder = environment["DOCKER_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        guard let folder = folder ?? environment["HOME"].map({ $0 + "/.docker" }) else { return RegistryCredentials() }
        let path = folder + "/config.json"
        guard FileManager.default.fileExists(atPath: path) else { return RegistryCredentials() }
        guard let data = FileManager.default.contents(atPath: path) else {
            var none = RegistryCredentials()
            none.warnings = ["\(path) cannot be read: images are pulled without credentials"]
            return none
        }
        return RegistryCredentials(Array(data), path: path)
    }

    init() {}

    /// - Parameters:
    ///   - json: the file's content.
    ///   - path: named in warnings.
    init(_ json: [UInt8], path: String) {
        struct File: Decodable {
            var auths: [String: RegistryAccount]?
            var credsStore: String?
            var credHelpers: [String: String]?
        }
        guard let file = try? JSONDecoder().decode(File.self, from: Data(json)) else {
            warnings = ["\(path) is not what Docker writes: images are pulled without credentials"]
            return
        }
        for (registry, account) in file.auths ?? [:] where account.isUsable {
            accounts[Self.host(registry)] = account.at(registry)
        }
        let instead = "credential helpers are not supported, put the credentials under \"auths\""
        if let store = file.credsStore, !store.isEmpty {
            warnings.append("\(path): credsStore \"\(store)\" is ignored: \(instead)")
        }
        for (registry, helper) in (file.credHelpers ?? [:]).sorted(by: { $0.key < $1.key }) {
            warnings.append("\(path): credHelpers \"\(helper)\" for \(registry) is ignored: \(instead)")
        }
    }

    /// The value of `X-Registry-Auth` for pulling an image; nil: no account at its registry.
    func header(for image: String) -> String? {
        accounts[ImageReference(image).registry]?.header
    }

    /// Docker has written hosts, URLs and Docker Hub's three names as keys over the years.
    private static func host(_ registry: String) -> String {
        var host = registry.lowercased()[...]
        for scheme in ["https://", "http://"] where host.hasPrefix(scheme) { host = host.dropFirst(scheme.count) }
        host = host.prefix { $0 != "/" }
        return ["index.docker.io", "registry-1.docker.io"].contains(host) ? "docker.io" : String(host)
    }
}
