import Core
import Testing

@Suite("Shell quoting")
struct ShellQuotingTests {
    /// Each pair is a word and what Python 3.11's `shlex.quote` makes of it.
    @Test(
        "a word is quoted as shlex.quote does",
        arguments: [
            ("", "''"),
            ("a", "a"),
            ("abc123", "abc123"),
            ("A_b-c.d/e:f,g+h=i%j@k", "A_b-c.d/e:f,g+h=i%j@k"),
            ("a b", "'a b'"),
            (" ", "' '"),
            ("  ", "'  '"),
            ("'", "''\"'\"''"),
            ("''", "''\"'\"''\"'\"''"),
            ("a'b", "'a'\"'\"'b'"),
            ("'a'", "''\"'\"'a'\"'\"''"),
            ("\"", "'\"'"),
            ("a\"b", "'a\"b'"),
            ("\\", "'\\'"),
            ("\\\\", "'\\\\'"),
            ("$HOME", "'$HOME'"),
            ("`x`", "'`x`'"),
            ("!", "'!'"),
            ("!x", "'!x'"),
            ("#", "'#'"),
            ("~", "'~'"),
            ("*", "'*'"),
            ("?", "'?'"),
            ("[a]", "'[a]'"),
            ("{a,b}", "'{a,b}'"),
            ("(a)", "'(a)'"),
            ("<", "'<'"),
            (">", "'>'"),
            ("|", "'|'"),
            ("&", "'&'"),
            (";", "';'"),
            ("a;b", "'a;b'"),
            ("\n", "'\n'"),
            ("a\nb", "'a\nb'"),
            ("\r\n", "'\r\n'"),
            ("\t", "'\t'"),
            ("\u{0}", "'\u{0}'"),
            ("\u{7}", "'\u{7}'"),
            ("\u{7f}", "'\u{7f}'"),
            ("^", "'^'"),
            ("é", "'é'"),
            ("e\u{301}", "'e\u{301}'"),
            ("a/\u{301}b", "'a/\u{301}b'"),
            ("'\u{301}", "''\"'\"'\u{301}'"),
            ("日本", "'日本'"),
            ("🙂", "'🙂'"),
            ("\u{feff}", "'\u{feff}'"),
            ("\u{a0}", "'\u{a0}'"),
            ("--flag", "--flag"),
            ("--flag=value x", "'--flag=value x'"),
            ("-", "-"),
            ("=", "="),
            ("@", "@"),
            ("%", "%"),
            ("+", "+"),
            (":", ":"),
            (",", ","),
            (".", "."),
            ("/", "/"),
            ("_", "_"),
            ("it's \"quoted\" & more", "'it'\"'\"'s \"quoted\" & more'"),
            ("²", "'²'"),
            ("a٣", "'a٣'"),
            ("ﬀ", "'ﬀ'"),
            ("K", "K"),
        ])
    func words(word: String, quoted: String) {
        #expect(Array(ShellQuoting.quote(word).utf8) == Array(quoted.utf8))
    }

    @Test("a command is its words with spaces between, quoted or not")
    func commands() {
        #expect(ShellQuoting.join([], quoted: true).isEmpty)
        #expect(ShellQuoting.join(["a", "", "b c"], quoted: true) == "a '' 'b c'")
        #expect(ShellQuoting.join(["a", "", "b c"], quoted: false) == "a  b c")
    }
}
