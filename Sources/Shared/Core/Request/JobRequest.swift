/// A job as a client asked for it, parsed: what is in here can be run.
public struct JobRequest: Sendable, Hashable, Codable {
    public let job: JobID
    public let user: String
    public let image: ImageReference
    public let entrypoint: [String]
    public let arguments: [String]
    public let pathFlags: [String]
    public let type: PluginType
    public let input: StoragePath
    public let output: StoragePath
    public let environment: [EnvironmentEntry]
    public let resources: Resources

    public init(
        job: JobID, user: String, image: ImageReference, entrypoint: [String], arguments: [String],
        pathFlags: [String], type: PluginType, input: StoragePath, output: StoragePath,
        environment: [EnvironmentEntry], resources: Resources
    ) {
        self.job = job
        self.user = user
        self.image = image
        self.entrypoint = entrypoint
        self.arguments = arguments
        self.pathFlags = pathFlags
        self.type = type
        self.input = input
        self.output = output
        self.environment = environment
        self.resources = resources
    }

    /// Where a job finds its input, read-only.
    public static let inputMount = "/share/incoming"
    /// Where a job writes its output.
    public static let outputMount = "/share/outgoing"

    /// The words to run: the entry point, the arguments with paths put in after the path flags, and the directories.
    public var command: [String] {
        let flags = Set(pathFlags.map { Array($0.utf8) })
        var words = entrypoint
        var replaceNext = false
        for argument in arguments {
            if replaceNext {
                words.append(Self.inputMount)
                replaceNext = false
            } else {
                words.append(argument)
                replaceNext = !flags.isEmpty && flags.contains(Array(argument.utf8))
            }
        }
        if replaceNext { words.append(Self.inputMount) }
        if type == .ds { words.append(Self.inputMount) }
        words.append(Self.outputMount)
        return words
    }
}

extension JobRequest {
    /// Whether both ask for the same job, to the byte.
    public static func == (one: JobRequest, other: JobRequest) -> Bool {
        one.job == other.job && one.user.hasSameBytes(as: other.user) && one.image == other.image
            && one.entrypoint.hasSameBytes(as: other.entrypoint) && one.arguments.hasSameBytes(as: other.arguments)
            && one.pathFlags.hasSameBytes(as: other.pathFlags) && one.type == other.type && one.input == other.input
            && one.output == other.output && one.environment == other.environment && one.resources == other.resources
    }
}
