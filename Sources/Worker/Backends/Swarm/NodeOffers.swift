import Core

/// The most that any one node of a swarm has, used or not.
struct NodeOffers: Sendable, Equatable {
    let cpuMillicores: Int
    let memoryMebibytes: Int
    let gpus: Int
    private let gpuResource: String

    init(_ nodes: [SwarmNode], gpuResource: String) {
        cpuMillicores = Int(nodes.map(\.nanoCPUs).max() ?? 0) / 1_000_000
        memoryMebibytes = Int(nodes.map(\.memoryBytes).max() ?? 0) >> 20
        gpus = Int(nodes.compactMap { $0.generic[gpuResource] }.max() ?? 0)
        self.gpuResource = gpuResource
    }

    /// Why no node could ever run a task that asks for this; nil when one could. Swarm itself would let it wait for ever.
    func refusal(of resources: Resources, ignoringLimits: Bool) -> String? {
        if !ignoringLimits, resources.cpuMillicores > cpuMillicores {
            return "asks for \(resources.cpuMillicores)m CPU and no node of the swarm has more than "
                + "\(cpuMillicores)m; ask for less"
        }
        if !ignoringLimits, resources.memoryMebibytes > memoryMebibytes {
            return "asks for \(resources.memoryMebibytes) MiB of memory and no node of the swarm has more than "
                + "\(memoryMebibytes); ask for less"
        }
        if resources.gpus > gpus {
            return "asks for \(resources.gpus) GPUs and no node of the swarm offers more than \(gpus) as the generic "
                + "resource \(gpuResource): ask for gpu_limit \(gpus) at most, or set node-generic-resources in the "
                + "daemon.json of nodes that have GPUs"
        }
        return nil
    }
}
