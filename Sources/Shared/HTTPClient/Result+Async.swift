extension Result {
    /// The outcome of `body` as a value: for functions of the standard library that lose a typed error.
    init(catching body: () async throws(Failure) -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
