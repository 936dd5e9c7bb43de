import Foundation
import Support
import Testing

/// The backends that the suite is run on.
enum BackendKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case docker, podman, swarm, kubernetes, cromwell, slurm
    /// A pman that runs already: see `InstallationUnderTest`.
    case installation

    var testDescription: String { rawValue }

    /// What the suite expects otherwise of it.
    var differences: BackendDifferences {
        switch self {
        case .docker, .podman: ContainerEngineUnderTest.differences
        case .swarm: SwarmUnderTest.differences
        case .kubernetes: KubernetesUnderTest.differences
        case .cromwell: CromwellUnderTest.differences
        case .slurm: SlurmUnderTest.differences
        case .installation: BackendDifferences()
        }
    }

    func start() async throws -> any BackendUnderTest {
        switch self {
        case .docker: return try await ContainerEngineUnderTest.docker()
        case .podman: return try await ContainerEngineUnderTest.podman()
        case .swarm: return try await SwarmUnderTest()
        case .kubernetes: return try await KubernetesUnderTest()
        case .cromwell: return try await CromwellUnderTest()
        case .slurm: return try await SlurmUnderTest()
        case .installation:
            guard let asked = try InstallationUnderTest.asked() else {
                throw SupportError("PMAN_CONFORMANCE_URL is not set")
            }
            return asked
        }
    }

    private static var isInstallationAsked: Bool {
        ProcessInfo.processInfo.environment["PMAN_CONFORMANCE_URL"]?.isEmpty == false
    }

    /// All that the tests start themselves; `PMAN_TEST_BACKENDS=docker,podman` names some, `PMAN_TEST_WITHOUT` some to
    /// leave out. With `PMAN_CONFORMANCE_URL` only that installation.
    static let asked: [BackendKind] = isInstallationAsked ? [.installation] : own

    /// Those that may be hurt, and looked into.
    static let own: [BackendKind] = {
        guard !isInstallationAsked else { return [] }
        let named = ProcessInfo.processInfo.environment["PMAN_TEST_BACKENDS"] ?? ""
        let names = Set(named.split(separator: ",").map(String.init))
        return allCases.filter {
            $0 != .installation && (names.isEmpty || names.contains($0.rawValue)) && TestParts.include($0.rawValue)
        }
    }()
}
