import Foundation
import Support
import Testing

/// The backends that the suite is run on.
enum BackendKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case docker, podman, cromwell

    var testDescription: String { rawValue }

    func start() async throws -> any BackendUnderTest {
        switch self {
        case .docker: try await ContainerEngineUnderTest.docker()
        case .podman: try await ContainerEngineUnderTest.podman()
        case .cromwell: try await CromwellUnderTest()
        }
    }

    /// All of them; `PMAN_TEST_BACKENDS=docker,podman` names some, `PMAN_TEST_WITHOUT` some to leave out.
    static let asked: [BackendKind] = {
        let named = ProcessInfo.processInfo.environment["PMAN_TEST_BACKENDS"] ?? ""
        let names = Set(named.split(separator: ",").map(String.init))
        return allCases.filter { (names.isEmpty || names.contains($0.rawValue)) && TestParts.include($0.rawValue) }
    }()
}
