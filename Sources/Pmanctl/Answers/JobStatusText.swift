/// pman's words for what a job is doing; one that this version does not know is kept.
struct JobStatusText: Decodable, Sendable, Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    /// Nothing more happens to the job.
    var isFinal: Bool { ["finishedSuccessfully", "finishedWithError", "undefined"].contains(text) }
    var isWaiting: Bool { text == "notstarted" }

    /// Short enough for a table.
    var word: String {
        switch text {
        case "notstarted": "waiting"
        case "started": "running"
        case "finishedSuccessfully": "succeeded"
        case "finishedWithError": "failed"
        case "undefined": "lost"
        default: text
        }
    }

    var colour: Colour? {
        switch text {
        case "notstarted": .yellow
        case "started": .blue
        case "finishedSuccessfully": .green
        case "finishedWithError", "undefined": .red
        default: nil
        }
    }
}
