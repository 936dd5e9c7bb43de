import Core

/// Where a job's input and output lie, as runtime attributes say it.
enum SharedDirectories: Sendable, Hashable {
    /// The directory that holds `incoming` and `outgoing`: the one attribute that the original has.
    case together(sharedir: String)
    case apart(input: String, output: String)

    init(input: StoragePath, output: StoragePath, storeBase: String) {
        let (incoming, outgoing) = ("/incoming", "/outgoing")
        if input.text.hasSuffix(incoming), output.text.hasSuffix(outgoing) {
            let shared = input.text.utf8.dropLast(incoming.utf8.count)
            let path = storeBase + (storeBase.hasSuffix("/") ? "" : "/") + String(Substring(shared))
            // Sites for the original put it into a shell command as it is, so nothing else may be in it.
            if shared.elementsEqual(output.text.utf8.dropLast(outgoing.utf8.count)), path.utf8.allSatisfy(Self.isSafe) {
                self = .together(sharedir: path)
                return
            }
        }
        self = .apart(input: input.below(storeBase), output: output.below(storeBase))
    }

    /// Whether a byte means nothing to a shell, nor to Apptainer's `--bind`.
    static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: safeSigns.contains(byte)
        }
    }

    private static let safeSigns = Set("@%+=./_-".utf8)
}
