import Core
import Testing

@Suite("POST bodies recorded against the original")
struct RecordedPostTests {
    @Test("numbers", arguments: RecordedPosts.numbers)
    func numbers(_ post: RecordedPost) { check(post) }

    @Test("missing fields", arguments: RecordedPosts.missing)
    func missing(_ post: RecordedPost) { check(post) }

    @Test("nulls", arguments: RecordedPosts.nulls)
    func nulls(_ post: RecordedPost) { check(post) }

    @Test("values of a wrong type, and paths that leave the storage root", arguments: RecordedPosts.wrongTypes)
    func wrongTypes(_ post: RecordedPost) { check(post) }

    @Test("job ids and images", arguments: RecordedPosts.names)
    func names(_ post: RecordedPost) { check(post) }

    @Test("commands and environments", arguments: RecordedPosts.commands)
    func commands(_ post: RecordedPost) { check(post) }

    private func check(_ post: RecordedPost) {
        switch post.answer {
        case .accepted(let command):
            do throws(RequestFailure) {
                let request = try post.body.parsed()
                #expect(ShellQuoting.join(request.command, quoted: true) == command)
            } catch {
                Issue.record("refused: \(error)")
            }
        case .fields(let names): #expect(post.body.badFields() == names)
        case .body(let text): #expect(post.body.failure() == .body(text))
        }
    }
}
