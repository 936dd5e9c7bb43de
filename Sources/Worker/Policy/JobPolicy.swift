import Core
import Program

/// What jobs may do on this engine, which is the operator's choice. All of it is off by default, as with pman.
struct JobPolicy: Sendable {
    /// nil: any image.
    var images: [ImagePattern]?
    var requiresDigest = false
    /// No capabilities, and none to be had by a program with the set-user-id bit. Always so on Kubernetes.
    var dropsPrivileges = false
    /// Only the output directory, /tmp and /dev/shm can be written.
    var hasReadOnlyRoot = false
    /// The engine's network for jobs, `none` for none; nil: the engine's default.
    var network: String?
    /// How many processes and threads a job may have at once.
    var processLimit: Int?

    init() {}

    init(_ reader: SettingsReader, _ backend: Backend) throws(SettingFailure) {
        images = try reader.parse(WorkerVariables.allowedImages) { text throws(InvalidValue) in
            var patterns: [ImagePattern] = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                patterns.append(try ImagePattern(String(part)))
            }
            return patterns
        }
        requiresDigest = try reader.bool(WorkerVariables.requireImageDigest)
        dropsPrivileges = try reader.bool(WorkerVariables.dropPrivileges)
        hasReadOnlyRoot = try reader.bool(WorkerVariables.readOnlyRoot)
        network = try reader.parse(WorkerVariables.jobNetwork) { text throws(InvalidValue) in
            let isName = text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "_.-".utf8.contains($0) }
            guard isName, text.utf8.first?.isASCIILetterOrDigit == true else {
                throw InvalidValue("must be the name of a network of the engine, or none")
            }
            return text
        }
        processLimit = try reader.integer(WorkerVariables.jobProcessLimit, in: 1...4_194_304)
        try check(backend)
    }

    /// What cannot be done is refused at the start: nobody is to believe that it is.
    private func check(_ backend: Backend) throws(SettingFailure) {
        let asked: [(Variable, isAsked: Bool, backends: [Backend])] = [
            (WorkerVariables.dropPrivileges, dropsPrivileges, [.docker, .swarm, .kubernetes]),
            (WorkerVariables.readOnlyRoot, hasReadOnlyRoot, [.docker, .swarm, .kubernetes]),
            (WorkerVariables.jobNetwork, network != nil, [.docker]),
            (WorkerVariables.jobProcessLimit, processLimit != nil, [.docker, .swarm]),
        ]
        for (variable, isAsked, backends) in asked where isAsked && !backends.contains(backend) {
            throw SettingFailure(
                variable.name,
                "cannot be kept with CONTAINER_ENV=\(backend.rawValue): see docs/threat-model.md for what can be done there"
            )
        }
    }

    /// Why a job may not run here, for its message; nil: it may.
    func refusal(of request: JobRequest) -> String? {
        let image = request.image.text.forMessage(limit: 200)
        if let images, !images.contains(where: { $0.matches(request.image) }) {
            return "the image \(image) is not allowed here: the worker's ALLOWED_IMAGES does not name it"
        }
        if requiresDigest, !request.image.hasDigest {
            return "the image \(image) has no digest, and REQUIRE_IMAGE_DIGEST wants one: name@sha256:…"
        }
        return nil
    }
}
