import Core

/// `SLURM_CONTAINER_COMMAND`: the words that run a job's command in its container, with places for what differs from
/// job to job. No shell ever reads them, so nothing in an image's name, a path, a variable or a command can add a word.
///
/// A word is left out when a placeholder in it has no value.
struct ContainerCommand: Sendable, Hashable {
    enum Placeholder: String, Sendable, Hashable, CaseIterable {
        /// The image as the job names it, with its tag.
        case image
        /// The image's file or directory in SLURM_IMAGE_DIRECTORY.
        case imagePath = "image_path"
        /// A path without special characters that leads to the job's input, to be bound read-only at /share/incoming.
        case input
        /// The same for the output, to be bound writable at /share/outgoing.
        case output
        /// An empty directory of the job's own, to mount something on.
        case mount
        /// Stands alone: all words of the command.
        case command
        /// `NAME=value`: its word comes once for each variable of the job's environment.
        case environment
        /// `NAME='value'`, for programs that strip one pair of single quotes.
        case quotedEnvironment = "quoted_environment"
        case user = "uid"
        case group = "gid"
        /// SHM_SIZE in MiB.
        case sharedMemory = "shm"
    }

    let words: [String]
    let imageDirectory: String?

    /// - Parameters:
    ///   - text: the name of a ready command, or words separated by spaces.
    ///   - imageDirectory: SLURM_IMAGE_DIRECTORY.
    init(_ text: String, imageDirectory: String?) throws(InvalidValue) {
        let ready = ReadyContainerCommands.words(named: text, hasImageDirectory: imageDirectory != nil)
        words = ready ?? text.split(separator: " ").map(String.init)
        self.imageDirectory = imageDirectory
        guard ready != nil || words.count > 1 else {
            throw InvalidValue(
                "must be apptainer, singularity, charliecloud, podman, or a command with {image}, {input}, {output} and "
                    + "{command} in it")
        }
        for needed in [Placeholder.input, .output] where !takes(needed) {
            throw InvalidValue("must have {\(needed.rawValue)} in it")
        }
        guard takes(.image) || takes(.imagePath) else { throw InvalidValue("must have {image} or {image_path} in it") }
        guard words.count(where: { $0 == "{command}" }) == 1 else {
            throw InvalidValue("must have {command} in it once, as a word of its own")
        }
        guard takes(.environment) || takes(.quotedEnvironment) else {
            throw InvalidValue("must have {environment} in it")
        }
        if takes(.imagePath), imageDirectory == nil {
            throw InvalidValue("needs SLURM_IMAGE_DIRECTORY: the directory with the images, seen by every node")
        }
    }

    func takes(_ placeholder: Placeholder) -> Bool { words.contains { $0.contains("{\(placeholder.rawValue)}") } }

    /// What differs from job to job.
    struct Values: Sendable {
        var image: Core.ImageReference
        var input: String
        var output: String
        var mount: String
        var command: [String]
        var environment: [String]
        var user: Int?
        var group: Int?
        var sharedMemoryMebibytes: Int?
        var hasGPU = false
    }

    /// The words for one job.
    func filled(_ values: Values) -> [String] {
        words.flatMap { word -> [String] in
            if word == "{command}" { return values.command }
            if let text = Self.onlyWithGPU(word) { return values.hasGPU ? [text] : [] }
            if word.contains("{environment}") {
                return values.environment.map { word.replacing("{environment}", with: $0) }
            }
            if word.contains("{quoted_environment}") {
                return values.environment.map { word.replacing("{quoted_environment}", with: Self.quoteValue($0)) }
            }
            return Self.fill(word, self.values(values)).map { [$0] } ?? []
        }
    }

    private static func quoteValue(_ entry: String) -> String {
        let equals = entry.utf8.firstIndex(of: UInt8(ascii: "=")) ?? entry.endIndex
        let name = String(decoding: entry.utf8[..<equals], as: UTF8.self)
        return "\(name)='\(String(decoding: entry.utf8[equals...].dropFirst(), as: UTF8.self))'"
    }

    /// The paths of images that this command wants to exist, as words.
    func neededImages(_ image: Core.ImageReference) -> [String] {
        words.filter { $0.hasPrefix("{image_path}") }.compactMap { Self.fill($0, [.imagePath: imagePath(image)]) }
    }

    /// Charliecloud's own way to make a file name of an image's name: https://hpc.github.io/charliecloud/ch-image.html
    private func imagePath(_ image: Core.ImageReference) -> String {
        let name = image.withTag.replacing("/", with: "%").replacing(":", with: "+")
        return (imageDirectory ?? "") + "/" + name
    }

    private func values(_ values: Values) -> [Placeholder: String] {
        var all: [Placeholder: String] = [
            .image: values.image.withTag, .imagePath: imagePath(values.image), .input: values.input,
            .output: values.output, .mount: values.mount,
        ]
        all[.user] = values.user.map { "\($0)" }
        all[.group] = values.group.map { "\($0)" }
        all[.sharedMemory] = values.sharedMemoryMebibytes.map { "\($0)" }
        return all
    }

    /// nil when something in the word has no value. None of the values has braces in it.
    private static func fill(_ word: String, _ values: [Placeholder: String]) -> String? {
        var word = word
        for placeholder in Placeholder.allCases {
            let name = "{\(placeholder.rawValue)}"
            guard word.contains(name) else { continue }
            guard let value = values[placeholder] else { return nil }
            word = word.replacing(name, with: value)
        }
        return word
    }

    /// `{gpu:TEXT}`: a word that is there only when the job asks for GPUs.
    private static func onlyWithGPU(_ word: String) -> String? {
        word.hasPrefix("{gpu:") && word.hasSuffix("}") ? String(word.dropFirst(5).dropLast()) : nil
    }
}
