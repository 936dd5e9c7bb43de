/// Devices, such as GPUs, that a driver of the engine hands to a container.
struct DeviceRequest: Sendable, Encodable, Equatable {
    /// Empty: any driver that has the capabilities.
    var driver = ""
    /// How many; -1: all.
    var count: Int
    /// Alternatives, each a list of which all are needed.
    var capabilities: [[String]]

    /// So many of NVIDIA's GPUs.
    static func gpus(_ count: Int) -> DeviceRequest {
        DeviceRequest(count: count, capabilities: [["gpu"]])
    }

    private enum CodingKeys: String, CodingKey {
        case driver = "Driver"
        case count = "Count"
        case capabilities = "Capabilities"
    }
}
