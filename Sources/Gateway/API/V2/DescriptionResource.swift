import HTTPTypes
import Hummingbird
import NIOCore

/// The API's own description.
struct DescriptionResource: V2Resource {
    var routes: [V2Route] {
        [
            V2Route(.get, "openapi.yaml") { _ in
                Response(
                    status: .ok, headers: [.contentType: "application/yaml"],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_yaml)))
            }
        ]
    }
}
