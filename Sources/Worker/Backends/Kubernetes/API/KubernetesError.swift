import Core
import HTTPClient

/// Why a call to an API server has no result.
enum KubernetesError: Error, Sendable, CustomStringConvertible {
    /// Nothing was sent: the server took no connection, or the token could not be read.
    case unreachable(HTTPClientError)
    /// The server may or may not have done it: the deadline passed, or the connection was lost in the middle.
    case unclear(HTTPClientError)
    /// The server refused.
    case refused(KubernetesRefusal)
    /// A watch asked for changes since a moment that the server no longer remembers: list anew.
    case expired
    /// The server answered something that is not its API.
    case malformed(String)

    init(_ error: HTTPClientError) {
        self = error.mayHaveBeenSent ? .unclear(error) : .unreachable(error)
    }

    var description: String {
        switch self {
        case .unreachable(let error): "the API server cannot be reached: \(error)"
        case .unclear(let error): "the API server's answer was lost: \(error)"
        case .refused(let refusal): "\(refusal)"
        case .expired: "the API server no longer knows that resourceVersion"
        case .malformed(let text): "not a Kubernetes API server's answer: \(text)"
        }
    }
}

/// What a call was about, so that a refusal can name the right that is missing.
struct KubernetesOperation: Sendable, Hashable, CustomStringConvertible {
    /// As RBAC names it: get, list, watch, create, patch, delete.
    var verb: String
    /// As RBAC names it: jobs, pods, pods/log, events, namespaces.
    var resource: String

    var description: String { "\(verb) \(resource)" }
}

/// A refusal: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
struct KubernetesRefusal: Sendable, Hashable, CustomStringConvertible {
    var status: Int
    /// A word for machines, where the server gives one: AlreadyExists, Conflict, Expired, …
    var reason: String
    var message: String
    /// Seconds after which the server wants to be asked again.
    var retryAfter: Int?
    var operation: KubernetesOperation

    /// RBAC says no, and not a quota, an admission controller or a namespace that is going away: the authorizer's
    /// words name the verb and the resource.
    var isMissingRight: Bool { status == 403 && message.contains(" cannot ") && message.contains(" resource ") }

    var description: String {
        if isMissingRight {
            return "the cluster does not allow this worker to \(operation): \(message.forMessage(limit: 500)) "
                + "(give its account the Role in compose/kubernetes/rbac.yaml)"
        }
        return "the API server refused to \(operation) (\(status)): \(message.forMessage(limit: 500))"
    }
}
