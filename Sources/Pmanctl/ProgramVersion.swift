/// The version that `--version` shows. The gateway and the worker have theirs in `ProgramRunner`, which brings the AMQP
/// client along; a test keeps the two equal.
enum ProgramVersion {
    static let text = "7.0.0"
}
