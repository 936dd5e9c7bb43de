/// A pull under way; see `DockerClient.pullImage`. Each iteration is a request of its own.
struct DockerPull: AsyncSequence, Sendable {
    typealias Element = DockerPullProgress
    typealias Failure = DockerError

    let client: DockerClient
    let request: DockerStreamRequest
    let image: ImageReference

    func makeAsyncIterator() -> Iterator {
        Iterator(records: DockerRecords(client: client, request: request), image: image)
    }

    struct Iterator: AsyncIteratorProtocol, Sendable {
        var records: DockerRecords<DockerPullProgress>
        let image: ImageReference

        mutating func next() async throws(DockerError) -> DockerPullProgress? {
            let record: DockerPullProgress?
            do throws(DockerError) {
                record = try await records.next()
            } catch .status(let status, let message) {
                throw .pullFailed(message, isPermanent: PullFailure.isPermanent(message, status: status, image: image))
            }
            guard let message = record?.error else { return record }
            throw .pullFailed(message, isPermanent: PullFailure.isPermanent(message, status: nil, image: image))
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws(DockerError) -> DockerPullProgress? {
            try await next()
        }
    }
}
