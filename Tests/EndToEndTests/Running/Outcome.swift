import Support
import Testing

/// A job and how it must end.
struct Outcome: Sendable, CustomTestStringConvertible {
    let name: String
    let request: JobRequest
    var status = "finishedWithError"
    /// What the message must begin with.
    var message = ""
    /// What the message must contain as well.
    var explains = ""
    /// nil when the output is whatever it is.
    var logs: String?

    var testDescription: String { name }

    private static func shell(_ script: String, _ change: (inout JobRequest) -> Void = { _ in }) -> JobRequest {
        var request = JobRequest.shell(script)
        change(&request)
        return request
    }

    static let all: [Outcome] = [
        Outcome(
            name: "success", request: shell("echo out; sleep 0.2; echo err >&2"), status: "finishedSuccessfully",
            message: "exited (0)", logs: "out\nerr\n"),
        Outcome(name: "exit status 3", request: shell("echo sorry; exit 3"), message: "exited (3)", logs: "sorry\n"),
        Outcome(
            name: "killed", request: shell("sh -c 'kill -9 $$'; exit $?"), message: "exited (137): killed"),
        Outcome(
            name: "a program that is not in the image", request: JobRequest(entrypoint: ["/bin/nothing-here"]),
            explains: "nothing-here"),
        Outcome(
            name: "an image that is nowhere", request: JobRequest(image: "registry.invalid/none:1"),
            explains: "registry.invalid"),
        Outcome(
            name: "a GPU that is not there", request: shell("true") { $0.gpuLimit = 1 }, explains: "gpu_limit"),
        Outcome(
            name: "more CPUs than the engine has", request: shell("true") { $0.cpuLimit = 4_000_000 }, explains: "CPU"),
        Outcome(
            name: "more memory than the engine has", request: shell("true") { $0.memoryLimit = 40_000_000 },
            explains: "memory"),
        Outcome(
            name: "output that is not UTF-8", request: shell(#"printf '\377\376ok\n'"#), status: "finishedSuccessfully",
            message: "exited (0)", logs: "\u{FFFD}\u{FFFD}ok\n"),
        Outcome(
            name: "no output", request: shell("true"), status: "finishedSuccessfully", message: "exited (0)", logs: ""),
        Outcome(
            name: "the image's entrypoint stays",
            request: JobRequest(entrypoint: ["a", "b c"], image: "local/pmt-ep:1"),
            status: "finishedSuccessfully", message: "exited (0)", logs: "IMG-EP a b c /share/outgoing\n"),
        Outcome(
            name: "a plugin of type ds gets its input folder",
            request: {
                var request = JobRequest(entrypoint: ["/bin/echo"])
                request.type = "ds"
                return request
            }(), status: "finishedSuccessfully", message: "exited (0)", logs: "/share/incoming /share/outgoing\n"),
        Outcome(
            name: "arguments arrive as they were",
            request: JobRequest(
                entrypoint: ["/bin/sh", "-c", #"printf '[%s]' "$@""#, "sh"], args: [#"a "b" $HOME"#, "", "é\n'"]),
            status: "finishedSuccessfully", message: "exited (0)", logs: "[a \"b\" $HOME][][é\n'][/share/outgoing]"),
        Outcome(
            name: "the environment arrives as it was",
            request: shell(#"printf '%s|%s|%s' "$ONE" "$TWO" "$HOME""#) { $0.env = ["ONE=a b=c", "TWO="] },
            status: "finishedSuccessfully", message: "exited (0)", logs: "a b=c||/"),
        Outcome(
            name: "the input cannot be written",
            request: shell("touch /share/incoming/file 2>&1 && exit 0; exit 7"), message: "exited (7)"),
    ]
}
