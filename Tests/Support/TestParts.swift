import Foundation

/// Which parts of the tests were asked for.
public enum TestParts {
    /// False when `PMAN_TEST_WITHOUT` names the part: for `@Test(.enabled(if: TestParts.include("docker")))`.
    ///
    /// Everything is included unless somebody says so; a part whose needs are missing fails instead of being skipped.
    public static func include(_ part: String) -> Bool {
        let without = ProcessInfo.processInfo.environment["PMAN_TEST_WITHOUT"] ?? ""
        return !without.split(separator: ",").contains { $0 == part }
    }

    /// The Docker engine that the test run has started for all tests together, for DOCKER_HOST; nil outside of
    /// `make test`. It has the images of the conformance cases. Tests that hurt their engine make a `PrivateDocker`.
    public static var dockerHost: String? { ProcessInfo.processInfo.environment["PMAN_TEST_DOCKER_HOST"] }
}
