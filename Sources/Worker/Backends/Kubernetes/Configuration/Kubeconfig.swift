import Core
import Yams

/// A kubeconfig file, as far as it is used here: the current context's cluster and user.
/// https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
struct Kubeconfig: Sendable, Decodable {
    /// Why a file cannot be used; never repeats a secret.
    struct Problem: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    struct Named<Value: Decodable & Sendable>: Sendable {
        var name: String
        var value: Value
    }

    struct Context: Sendable, Decodable {
        var cluster: String
        var user: String?
    }

    struct Cluster: Sendable, Decodable {
        var server: String
        var caFile: String?
        var caData: String?
        var skipsVerification: Bool?
        var serverName: String?
        var proxy: String?

        private enum CodingKeys: String, CodingKey {
            case server
            case caFile = "certificate-authority"
            case caData = "certificate-authority-data"
            case skipsVerification = "insecure-skip-tls-verify"
            case serverName = "tls-server-name"
            case proxy = "proxy-url"
        }
    }

    struct User: Sendable, Decodable {
        var certificateFile: String?
        var certificateData: String?
        var keyFile: String?
        var keyData: String?
        var token: String?
        var tokenFile: String?
        var username: String?
        var impersonates: String?
        /// Whether there is one; what it says is not looked at.
        var hasPlugin: Bool

        private enum CodingKeys: String, CodingKey {
            case token, tokenFile, username, exec
            case certificateFile = "client-certificate"
            case certificateData = "client-certificate-data"
            case keyFile = "client-key"
            case keyData = "client-key-data"
            case impersonates = "as"
            case provider = "auth-provider"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            certificateFile = try values.decodeIfPresent(String.self, forKey: .certificateFile)
            certificateData = try values.decodeIfPresent(String.self, forKey: .certificateData)
            keyFile = try values.decodeIfPresent(String.self, forKey: .keyFile)
            keyData = try values.decodeIfPresent(String.self, forKey: .keyData)
            token = try values.decodeIfPresent(String.self, forKey: .token)
            tokenFile = try values.decodeIfPresent(String.self, forKey: .tokenFile)
            username = try values.decodeIfPresent(String.self, forKey: .username)
            impersonates = try values.decodeIfPresent(String.self, forKey: .impersonates)
            hasPlugin = [.exec, .provider].contains { key in
                values.contains(key) && (try? values.decodeNil(forKey: key)) != true
            }
        }
    }

    private var currentContext: String?
    private var contexts: [Named<Context>]?
    private var clusters: [Named<Cluster>]?
    private var users: [Named<User>]?

    private enum CodingKeys: String, CodingKey {
        case contexts, clusters, users
        case currentContext = "current-context"
    }

    init(yaml: String) throws(Problem) {
        do {
            self = try YAMLDecoder().decode(Kubeconfig.self, from: yaml)
        } catch {
            // The decoder's own words may repeat what stands in the file.
            throw Problem("it is not the YAML of a kubeconfig")
        }
    }

    func selected() throws(Problem) -> (cluster: Cluster, user: User?) {
        guard let currentContext, !currentContext.isEmpty else { throw Problem("it has no current-context") }
        guard let context = contexts?.first(where: { $0.name == currentContext })?.value else {
            throw Problem("its current-context \(currentContext.forMessage) is not among its contexts")
        }
        guard let cluster = clusters?.first(where: { $0.name == context.cluster })?.value else {
            throw Problem("its cluster \(context.cluster.forMessage) is not among its clusters")
        }
        guard let name = context.user, !name.isEmpty else { return (cluster, nil) }
        guard let user = users?.first(where: { $0.name == name })?.value else {
            throw Problem("its user \(name.forMessage) is not among its users")
        }
        return (cluster, user)
    }
}

extension Kubeconfig.Named: Decodable {
    /// Each list calls its value by another name.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: AnyKey.self)
        name = try values.decode(String.self, forKey: AnyKey(stringValue: "name"))
        let key =
            Value.self == Kubeconfig.Context.self ? "context" : Value.self == Kubeconfig.User.self ? "user" : "cluster"
        value = try values.decode(Value.self, forKey: AnyKey(stringValue: key))
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
