import Core
import FoundationEssentials

/// The words of a job as a line for the shell that Cromwell runs in the container.
struct JobCommandLine: Sendable {
    /// The words, quoted; with `env` in front where there are variables, or where the shell would run something of its
    /// own.
    let shell: String

    /// - Parameters:
    ///   - words: not empty, none with a NUL.
    ///   - environment: `name=value`.
    init(_ words: [String], environment: [String] = []) {
        var line: [String] = []
        let program = words.first ?? ""
        let isAssignment = program.utf8.contains(UInt8(ascii: "="))
        if !environment.isEmpty || !Self.isPlainProgram(program) && !isAssignment {
            line.append("env")
            if (environment.first ?? program).utf8.first == UInt8(ascii: "-") { line.append("--") }
            line += environment.map(ShellQuoting.quote)
        }
        // Neither the shell nor env may take the program for a variable.
        if isAssignment { line += ["sh", "-c", "'\"$@\"'", "sh"] }
        shell = (line + words.map(ShellQuoting.quote)).joined(separator: " ")
    }

    /// The line for a command section between `<<<` and `>>>`: as it is where nothing in it means anything to WDL or
    /// Cromwell, and else as letters and digits that the container's shell turns back into the line.
    var section: String {
        guard !isHarmless else { return shell }
        let encoded = Data(shell.utf8).base64EncodedString()
        // The line ends in a word, so that nothing is lost where the shell drops line breaks at the end.
        return "pman_command=\"$(echo \(encoded) | base64 -d)\" && eval \"$pman_command\""
    }

    private var isHarmless: Bool {
        let bytes = shell.utf8
        return bytes.count <= Self.readableLength && bytes.allSatisfy { Self.harmless.contains($0) }
            && !Self.placeholders.contains { shell.contains($0) }
    }

    /// A longer line is no pleasure to read.
    private static let readableLength = 32 << 10

    /// No `~`, `$`, `{`, `}`, `<`, `>`, backslash or backquote, no control characters, and nothing beyond ASCII, whose
    /// fate depends on the locale of the Java machine.
    private static let harmless = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 @%+=:,./-_'\"!#&()*;?[]^|".utf8)

    /// Cromwell puts the line into a script of its own by replacing such words, one after the other
    /// (`StandardAsyncExecutionActor.commandScriptContents`).
    private static let placeholders = [
        "SCRIPT_PREAMBLE", "SCRIPT_EPILOGUE", "ENVIRONMENT_VARIABLES", "INSTANTIATED_COMMAND", "DOCKER_OUTPUT_DIR_LINK",
    ]

    /// Whether a shell finds a program of that name in PATH, or as a path, and has nothing of that name itself.
    private static func isPlainProgram(_ word: String) -> Bool {
        guard !word.isEmpty, word.utf8.first != UInt8(ascii: "-") else { return false }
        return word.utf8.contains(UInt8(ascii: "/")) || !ownWords.contains(word)
    }

    /// Keywords and built-in commands of bash, dash and busybox.
    private static let ownWords = Set(
        """
        . : ! [ [[ ]] { } alias bg bind break builtin caller case cd chdir command compgen complete compopt continue coproc
        declare dirs disown do done echo elif else enable esac eval exec exit export false fc fg fi for function getopts
        hash help history if in jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return
        select set shift shopt source suspend test then time times trap true type typeset ulimit umask unalias unset until
        wait while
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
