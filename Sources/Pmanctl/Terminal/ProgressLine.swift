/// What goes on, on standard error: one line that is written over on a terminal, else a line for each change.
struct ProgressLine {
    private let screen: Screen
    private var last = ""
    private var isShown = false

    init(on screen: Screen) {
        self.screen = screen
    }

    mutating func show(_ text: String) {
        let text = SafeText.line(text)
        guard text != last else { return }
        last = text
        if let width = screen.width {
            Console.sayRaw("\r\u{1b}[K" + DisplayWidth.clip(text, to: max(1, width - 1)))
            isShown = true
        } else {
            Console.say(text)
        }
    }

    /// Leaves `text` as the last line.
    mutating func finish(_ text: String) {
        clear()
        Console.say(SafeText.line(text))
        last = ""
    }

    /// Takes the line away, so that something else can be written there.
    mutating func clear() {
        if isShown { Console.sayRaw("\r\u{1b}[K") }
        isShown = false
    }
}
