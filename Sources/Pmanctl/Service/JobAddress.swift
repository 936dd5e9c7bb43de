/// Which job: ids are unique within a backend.
struct JobAddress: Sendable, Hashable {
    let backend: String
    let jid: String
}
