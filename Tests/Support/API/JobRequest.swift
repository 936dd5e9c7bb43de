import Foundation

/// The body of a POST, with pman's usual values; every field may be changed, also to something wrong.
public struct JobRequest: Sendable, Hashable {
    public var jid: String
    public var args: [String] = []
    public var auid = "cube"
    public var numberOfWorkers: JSONValue = 1
    /// Millicores.
    public var cpuLimit: JSONValue = 40
    /// MiB.
    public var memoryLimit: JSONValue = 20
    public var gpuLimit: JSONValue = 0
    public var image = "local/pmt:1"
    public var entrypoint = ["/bin/true"]
    /// `fs`, `ds` or `ts`; only `ds` gets the input folder as an argument.
    public var type = "fs"
    /// Relative to the storage root.
    public var inputDir: String
    public var outputDir: String
    public var env: [String] = []
    /// Put over all of the above: to add what is unknown, to spoil what is known.
    public var changes: [String: JSONValue] = [:]

    public init(
        jid: String = JobRequest.uniqueID(), entrypoint: [String] = ["/bin/true"], args: [String] = [],
        image: String = "local/pmt:1"
    ) {
        self.jid = jid
        self.entrypoint = entrypoint
        self.args = args
        self.image = image
        inputDir = "key-\(jid)/incoming"
        outputDir = "key-\(jid)/outgoing"
    }

    /// A job that runs `script` in busybox's shell; pman puts the output folder behind it, as `$0`.
    public static func shell(_ script: String, jid: String = JobRequest.uniqueID()) -> JobRequest {
        JobRequest(jid: jid, entrypoint: ["/bin/sh", "-c", script])
    }

    /// A job id that no other test uses.
    public static func uniqueID() -> String {
        "job-" + UUID().uuidString.prefix(13).lowercased()
    }

    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "jid": .string(jid), "args": .array(args.map { .string($0) }), "auid": .string(auid),
            "number_of_workers": numberOfWorkers, "cpu_limit": cpuLimit, "memory_limit": memoryLimit,
            "gpu_limit": gpuLimit, "image": .string(image), "entrypoint": .array(entrypoint.map { .string($0) }),
            "type": .string(type), "input_dir": .string(inputDir), "output_dir": .string(outputDir),
            "env": .array(env.map { .string($0) }),
        ]
        members.merge(changes) { _, given in given }
        return .object(members)
    }

    /// Makes its input and output folder below the storage root, as pfcon does before it posts.
    @discardableResult
    public func makingFolders(in storebase: String) throws -> JobRequest {
        for folder in [inputDir, outputDir] {
            try FileManager.default.createDirectory(atPath: "\(storebase)/\(folder)", withIntermediateDirectories: true)
        }
        return self
    }
}
