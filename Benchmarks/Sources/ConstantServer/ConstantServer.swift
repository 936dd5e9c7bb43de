import Hummingbird

/// The floor of HTTP: the server that the gateway uses, with an answer that costs nothing.
/// Arguments: the port, and the answer's body.
@main
struct ConstantServer {
    struct Constant: HTTPResponder {
        typealias Context = BasicRequestContext
        let body: ByteBuffer

        func respond(to request: Request, context: Context) async throws -> Response {
            Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: body))
        }
    }

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let port = Int(arguments[1]) else {
            print("ConstantServer PORT BODY")
            return
        }
        let application = Application(
            responder: Constant(body: ByteBuffer(string: arguments[2])),
            configuration: .init(address: .hostname("127.0.0.1", port: port)))
        try await application.runService()
    }
}
