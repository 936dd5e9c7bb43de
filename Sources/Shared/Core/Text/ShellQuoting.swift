/// Shows a command as the original does.
public enum ShellQuoting {
    /// One word as Python's `shlex.quote` writes it (https://docs.python.org/3/library/shlex.html#shlex.quote).
    public static func quote(_ word: String) -> String {
        guard !word.isEmpty else { return "''" }
        let safe = Set("@%+=:,./-_".utf8)
        if word.utf8.allSatisfy({ $0.isASCIILetterOrDigit || safe.contains($0) }) { return word }
        var quoted = "'"
        for character in word.unicodeScalars {
            if character == "'" { quoted += "'\"'\"'" } else { quoted.unicodeScalars.append(character) }
        }
        return quoted + "'"
    }

    /// The whole command in one line.
    public static func join(_ words: [String], quoted: Bool) -> String {
        (quoted ? words.map(quote) : words).joined(separator: " ")
    }
}
