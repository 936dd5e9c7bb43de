import Core
import FoundationEssentials
import HTTPClient
import Program
import Support
import Testing

@testable import Worker

@Suite struct KubernetesSettingsTests {
    private static let good = ["CONTAINER_ENV": "kubernetes", "STORAGE_TYPE": "kubernetes_pvc", "VOLUME_NAME": "data"]

    private func settings(_ values: [String: String]) throws(SettingFailure) -> KubernetesSettings {
        let reader = SettingsReader(values)
        return try KubernetesSettings(reader, JobSettings(reader, .kubernetes))
    }

    private func failure(_ values: [String: String]) -> SettingFailure? {
        do throws(SettingFailure) {
            _ = try settings(values)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the defaults are the original's`() throws {
        let settings = try settings(Self.good)
        #expect(settings.namespace == "default")
        #expect(settings.timeToLive == 86_400)
        #expect(settings.deadline == 604_800)
        #expect(settings.imageDeadline == .seconds(600))
        #expect(settings.storage == .claim("data"))
        #expect(try self.settings(Self.good.merging(["CONTAINER_ENV": "openshift"]) { $1 }).namespace == "myproject")
        let other = [
            "CONTAINER_ENV": "openshift", "OPENSHIFTMGR_PROJECT": "p", "KUBERNETES_IMAGE_DEADLINE_SECONDS": "0",
        ]
        #expect(try self.settings(Self.good.merging(other) { $1 }).namespace == "p")
        #expect(try self.settings(Self.good.merging(other) { $1 }).imageDeadline == nil)
    }

    @Test(
        "what does not go together, or is no name, is refused with the variable that is to be changed",
        arguments: [
            ("STORAGE_TYPE", ["CONTAINER_ENV": "kubernetes"]),
            ("VOLUME_NAME", ["STORAGE_TYPE": "kubernetes_pvc"]),
            ("VOLUME_NAME", ["STORAGE_TYPE": "kubernetes_pvc", "VOLUME_NAME": "Not A Claim"]),
            ("STOREBASE", ["STORAGE_TYPE": "kubernetes_pvc", "STOREBASE": "/s"]),
            ("STORAGE_TYPE", ["STORAGE_TYPE": "host", "STOREBASE": "/s"]),
            ("STOREBASE", ["STORAGE_TYPE": "host", "KUBERNETES_ALLOW_HOST_PATH": "yes"]),
            ("STORAGE_TYPE", ["STORAGE_TYPE": "docker_local_volume", "VOLUME_NAME": "v"]),
            ("JOB_NAMESPACE", good.merging(["JOB_NAMESPACE": "a.b"]) { $1 }),
            ("NODE_SELECTOR", good.merging(["NODE_SELECTOR": "a b=c"]) { $1 }),
            ("JOB_LABELS", good.merging(["JOB_LABELS": "a=\(String(repeating: "x", count: 64))"]) { $1 }),
            ("JOB_LABELS", good.merging(["JOB_LABELS": "job-name=x"]) { $1 }),
            ("IMAGE_PULL_SECRETS", good.merging(["IMAGE_PULL_SECRETS": "a,B"]) { $1 }),
            ("KUBERNETES_TTL_SECONDS", good.merging(["KUBERNETES_TTL_SECONDS": "1"]) { $1 }),
        ])
    func refused(variable: String, values: [String: String]) {
        #expect(failure(values)?.variable == variable)
    }

    @Test func `a host's directory has to be allowed`() throws {
        let values = ["STORAGE_TYPE": "host", "STOREBASE": "/s", "KUBERNETES_ALLOW_HOST_PATH": "yes"]
        #expect(try settings(values).storage == .hostPath("/s"))
        #expect(
            failure(["STORAGE_TYPE": "host", "STOREBASE": "/s"])?.problem.contains("KUBERNETES_ALLOW_HOST_PATH") == true
        )
    }

    @Test func `the service account is used in a pod, and its absence is explained`() throws {
        let folder = try TemporaryDirectory("account")
        let reader = SettingsReader(["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"])
        let error = #expect(throws: SettingFailure.self) {
            try ClusterAccess.read(reader, serviceAccount: folder.path)
        }
        #expect(error?.problem.contains("service account") == true)
        try folder.write("t", to: "token")
        let access = try ClusterAccess.read(reader, serviceAccount: folder.path)
        #expect(access.endpoint.address == .url("https://[fd00::1]:6443"))
        #expect(access.endpoint.bearerTokenFile == folder.file("token"))
        #expect(access.endpoint.tls?.caCertificateFile == folder.file("ca.crt"))
        #expect(throws: SettingFailure.self) { try ClusterAccess.read(SettingsReader([:])) }
    }

    private static let kubeconfig = """
        apiVersion: v1
        kind: Config
        current-context: two
        contexts:
        - name: one
          context: {cluster: a, user: u}
        - context:
            cluster: b
            user: v
            namespace: ignored
          name: two
        clusters:
        - name: a
          cluster: {server: "https://a:6443"}
        - name: b
          cluster:
            server: https://b:6443/
            certificate-authority-data: Y2E=
        users:
        - name: u
          user: {token: s3cret}
        - name: v
          user: USER
        """

    private func access(_ user: String, _ change: (String) -> String = { $0 }) throws(Kubeconfig.Problem)
        -> ClusterAccess
    {
        try Kubeconfig(yaml: change(Self.kubeconfig.replacing("USER", with: user))).access(folder: "/etc/kube")
    }

    @Test func `the current context's cluster and user are taken`() throws {
        let certified = try access("{client-certificate: c.pem, client-key: /k.pem}")
        #expect(certified.endpoint.address == .url("https://b:6443"))
        #expect(certified.endpoint.tls?.caCertificatePEM == Array("ca".utf8))
        #expect(certified.endpoint.tls?.certificateFile == "/etc/kube/c.pem")
        #expect(certified.endpoint.tls?.keyFile == "/k.pem")
        #expect(certified.endpoint.tls?.verify == true)
        #expect(try access("{token: abc}").token == "abc")
        let both = try access("{token: abc, tokenFile: t}")
        #expect(both.token == nil)
        #expect(both.endpoint.bearerTokenFile == "/etc/kube/t")
        let data = try access("{client-certificate-data: Yw==, client-key-data: aw==}")
        #expect(data.endpoint.tls?.certificatePEM == Array("c".utf8))
        #expect(data.endpoint.tls?.keyPEM == Array("k".utf8))
        let first = try access("{}") { $0.replacing("current-context: two", with: "current-context: one") }
        #expect(first.token == "s3cret")
        let open = try access("{}") {
            $0.replacing("certificate-authority-data: Y2E=", with: "insecure-skip-tls-verify: true")
        }
        #expect(open.endpoint.tls?.verify == false)
    }

    @Test(
        "what is not supported is refused in a sentence that repeats no secret",
        arguments: [
            ("{exec: {command: s3cret}}", "exec"), ("{auth-provider: {name: gcp}}", "auth-provider"),
            ("{username: a, password: s3cret}", "passwords"), ("{as: admin}", "impersonation"),
            (#"{token: "s3cret\n"}"#, "token"), ("{client-key-data: '%s3cret'}", "client-key-data"),
        ])
    func unsupported(user: String, words: String) {
        let error = #expect(throws: Kubeconfig.Problem.self) { try access(user) }
        #expect(error?.description.contains(words) == true)
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test(arguments: ["", ": : :", "[]", "current-context: nowhere", "current-context: two", "a: &a [*a]"])
    func `a file that is no kubeconfig is refused`(text: String) {
        #expect(throws: Kubeconfig.Problem.self) { try Kubeconfig(yaml: text).access(folder: "/") }
    }
}
