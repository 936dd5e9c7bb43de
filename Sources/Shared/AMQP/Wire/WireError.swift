/// The connection is of no use any more; one line that says why.
struct WireError: Error, CustomStringConvertible {
    let description: String

    init(_ text: String) {
        // Texts of brokers and libraries may have line ends.
        description = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
