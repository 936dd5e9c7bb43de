import ArgumentParser
import Core

/// A job by flags.
struct JobDescription: ParsableArguments {
    @Option(help: ArgumentHelp("The image that the job runs.", valueName: "image"))
    var image: String?

    @Option(
        help: ArgumentHelp(
            "Folder below the storage root that the job reads at /share/incoming; default: JID/incoming.",
            valueName: "folder"))
    var input: String?

    @Option(
        help: ArgumentHelp(
            "Folder below the storage root that the job writes at /share/outgoing; default: JID/outgoing.",
            valueName: "folder"))
    var output: String?

    @Option(help: ArgumentHelp("Thousandths of a CPU (0: no limit).", valueName: "millicores"))
    var cpuLimit = 1000

    @Option(help: ArgumentHelp("MiB (0: no limit).", valueName: "mebibytes"))
    var memoryLimit = 1024

    @Option(help: ArgumentHelp("How many GPUs.", valueName: "count"))
    var gpuLimit = 0

    @Option(help: ArgumentHelp("How many workers, where the backend has several.", valueName: "count"))
    var workers = 1

    @Option(
        name: .customLong("env"),
        help: ArgumentHelp(
            "NAME=VALUE, or NAME with the value that it has here; may be repeated.", valueName: "name=value"))
    var environment: [String] = []

    @Option(
        help: ArgumentHelp(
            "ds: the command gets /share/incoming and /share/outgoing behind it; fs, ts: only /share/outgoing.",
            valueName: "type"), completion: .list(["fs", "ds", "ts"]))
    var type = "fs"

    @Option(help: ArgumentHelp("Who asks; default: the user at this machine.", valueName: "name"))
    var user: String?

    @Argument(
        parsing: .postTerminator,
        help: """
            The command. pman puts the folders behind it, as ChRIS plugins expect (see --type): sh -c '...' passes \
            over them. Docker puts the command behind the image's ENTRYPOINT, the other backends in its place.
            """)
    var command: [String] = []

    /// Whether any flag of these was given.
    var isGiven: Bool {
        image != nil || input != nil || output != nil || user != nil || !environment.isEmpty || !command.isEmpty
            || cpuLimit != 1000 || memoryLimit != 1024 || gpuLimit != 0 || workers != 1 || type != "fs"
    }

    /// The body of a POST.
    /// - Parameter surroundings: this process's own environment.
    /// - Throws: `Trouble` with `.usage`.
    func body(jid: String, surroundings: [String: String]) throws(Trouble) -> JSONValue {
        guard let image else { throw Trouble("--image is missing (or -f FILE with the whole job)", .usage) }
        guard !command.isEmpty else {
            throw Trouble("the command is missing: pmanctl submit --image \(image) -- COMMAND ARGUMENT...", .usage)
        }
        return .object([
            "jid": .string(jid), "image": .string(image), "entrypoint": .array(command.map { .string($0) }),
            "args": .array([]), "type": .string(type), "input_dir": .string(input ?? "\(jid)/incoming"),
            "output_dir": .string(output ?? "\(jid)/outgoing"), "cpu_limit": .integer(cpuLimit),
            "memory_limit": .integer(memoryLimit), "gpu_limit": .integer(gpuLimit),
            "number_of_workers": .integer(workers), "auid": .string(user ?? surroundings["USER"] ?? "pmanctl"),
            "env": .array(try environment.map { entry throws(Trouble) in try Self.entry(entry, surroundings) }),
        ])
    }

    private static func entry(_ text: String, _ surroundings: [String: String]) throws(Trouble) -> JSONValue {
        if text.contains("=") { return .string(text) }
        guard let value = surroundings[text] else {
            throw Trouble("--env \(text): there is no such variable here; give --env \(text)=VALUE", .usage)
        }
        return .string("\(text)=\(value)")
    }
}
