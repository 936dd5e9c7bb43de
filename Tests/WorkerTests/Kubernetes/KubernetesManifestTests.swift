import Foundation
import Support
import Testing

@Suite struct KubernetesManifestTests {
    @Test func `the manifests that are shipped are what the cluster's schemas allow`() async throws {
        let checkout = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
            .path
        let python = try await ManagedProcess.run("\(checkout)/scripts/stand-ins.sh", [], within: .seconds(300))
            .split(separator: "\n").last.map(String.init)
        let folder = "\(checkout)/compose/kubernetes"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        let output = try await ManagedProcess.run(
            try #require(python),
            ["\(checkout)/Tests/StandIns/kubernetes/validate.py"] + files.map { "\(folder)/\($0)" })
        #expect(output.contains("objects are valid"))
    }
}
