/// A part of version 2 of the API: says which requests it answers, and how.
///
/// A new one is a struct of its own, and one more element of the list that `GatewayProgram` gives to `V2Responder`.
protocol V2Resource: Sendable {
    var routes: [V2Route] { get }
}
