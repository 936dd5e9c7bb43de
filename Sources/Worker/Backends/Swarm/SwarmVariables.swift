import Program

/// What only the Swarm backend reads.
enum SwarmVariables {
    static let gpuResource = Variable(
        "SWARM_GPU_RESOURCE", default: "NVIDIA-GPU",
        "with swarm: the generic resource by which nodes offer GPUs (node-generic-resources in their daemon.json)")
    static let nodeLostAfter = Variable(
        "SWARM_NODE_LOST_AFTER", default: "600",
        "with swarm: seconds after which a job ends whose node is down; Swarm stops it when the node comes back")

    static let all = [gpuResource, nodeLostAfter]
}
