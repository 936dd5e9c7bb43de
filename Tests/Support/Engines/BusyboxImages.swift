import Foundation

/// The images that the conformance cases name, made from Debian's busybox-static: no registry is needed.
enum BusyboxImages {
    struct Image {
        let repository: String
        let changes: [String]
    }

    static let all = [
        Image(repository: "local/pmt", changes: []),
        Image(
            repository: "local/pmt-ep", changes: [#"ENTRYPOINT ["/bin/echo","IMG-EP"]"#, #"CMD ["img-cmd"]"#]),
        Image(repository: "local/pmt-user", changes: ["USER 1234"]),
    ]

    /// The root file system of all of them.
    static let archive = Task { try await makeArchive() }

    /// Imports them all, with the tag 1, through Docker's API.
    static func load(into engine: any TestEngine) async throws {
        let archive = try await archive.value
        for image in all {
            // Podman does not read the tag, and takes it as part of the repository's name; Docker does not.
            let name = engine.backend == "podman" ? "\(image.repository):1" : "\(image.repository)&tag=1"
            var target = "/images/create?fromSrc=-&repo=\(name)"
            for change in image.changes { target += "&changes=\(change.queryEscaped)" }
            let answer = try await engine.api.send(
                "POST", target, headers: ["Content-Type": "application/x-tar"], body: archive, timeout: .seconds(60))
            guard answer.status == 200, !answer.text.contains("errorDetail") else {
                throw SupportError("importing \(image.repository): \(answer.status) \(answer.text)")
            }
        }
    }

    /// A root file system with every applet of busybox, as a tar archive.
    private static func makeArchive() async throws -> [UInt8] {
        let directory = try TemporaryDirectory("busybox")
        defer { directory.remove() }
        try await makeRoot(at: directory.file("root"))
        try await ManagedProcess.run("tar", ["-C", directory.file("root"), "-cf", directory.file("archive.tar"), "."])
        return Array(try Data(contentsOf: URL(fileURLWithPath: directory.file("archive.tar"))))
    }

    /// The same as a folder, made with those above it, for what runs images from folders.
    static func makeRoot(at folder: String) async throws {
        let script = """
            set -eu
            busybox=$(command -v busybox) || { echo "busybox is missing: apt-get install busybox-static" >&2; exit 1; }
            mkdir -p "$1/bin" "$1/etc" "$1/home" "$1/tmp"
            chmod 1777 "$1/tmp"
            cp "$busybox" "$1/bin/busybox"
            for applet in $("$busybox" --list); do [ "$applet" = busybox ] || ln -s busybox "$1/bin/$applet"; done
            printf 'root:x:0:0:root:/:/bin/sh\\n' > "$1/etc/passwd"
            """
        try await ManagedProcess.run("/bin/sh", ["-c", script, "sh", folder])
    }
}
