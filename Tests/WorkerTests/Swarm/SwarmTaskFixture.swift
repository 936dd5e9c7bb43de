import Foundation

@testable import Worker

/// A task as Swarm describes it.
struct SwarmTaskFixture {
    var id = "t1"
    var service = "s1"
    var slot = 1
    var createdAt = "2026-01-01T00:00:00Z"
    var desired = "running"
    var state = "running"
    var message = "started"
    var error: String?
    var container: String? = "c1"
    var exitCode = 0

    var task: SwarmTask {
        get throws {
            var status: [String: Any] = [
                "Timestamp": "2026-01-01T00:00:01.5Z", "State": state, "Message": message,
                "PortStatus": [String: String](),
            ]
            status["Err"] = error
            status["ContainerStatus"] = container.map { ["ContainerID": $0, "PID": 0, "ExitCode": exitCode] }
            let json: [String: Any] = [
                "ID": id, "ServiceID": service, "Slot": slot, "NodeID": "n1", "CreatedAt": createdAt,
                "UpdatedAt": createdAt, "DesiredState": desired, "Status": status,
            ]
            return try DockerJSON.decode(SwarmTask.self, Array(try JSONSerialization.data(withJSONObject: json)))
        }
    }
}
