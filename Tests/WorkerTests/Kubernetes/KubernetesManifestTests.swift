import Foundation
import Support
import Testing

@Suite struct KubernetesManifestTests {
    @Test func `the manifests that are shipped are what the cluster's schemas allow`() async throws {
        let folder = "\(StandIns.checkout)/compose/kubernetes"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        let output = try await ManagedProcess.run(
            try await StandIns.interpreter(),
            ["\(StandIns.checkout)/Tests/StandIns/kubernetes/validate.py"] + files.map { "\(folder)/\($0)" })
        #expect(output.contains("objects are valid"))
    }
}
