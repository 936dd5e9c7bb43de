import Foundation
import Glibc
import Threads

/// A stand-in for a Kubernetes cluster of a test's own: see Tests/StandIns/kubernetes.
public final class KubernetesUnderTest: BackendUnderTest {
    public let name = "kubernetes"
    public let image = "local/pmt:1"
    public let namespace = "pman"
    /// The plain port by which tests tell the stand-in what to do.
    public let control: HTTPClientOfTests
    public let directory: TemporaryDirectory
    /// `https://127.0.0.1:port` of the API server.
    public let server: String
    private let python: String
    private let folder: String
    private let controlGroup: String
    private let api = Locked<ManagedProcess?>(nil)
    private let node = Locked<ManagedProcess?>(nil)

    public var differences: BackendDifferences { Self.differences }

    public static var differences: BackendDifferences {
        var differences = BackendDifferences()
        differences.isStandIn = true
        differences.replacesEntrypoint = true
        differences.quotesCommand = false
        differences.allowsSeveralWorkers = true
        differences.limitsMemory = true
        differences.statusDelay = .seconds(5)
        return differences
    }

    /// Starts the stand-in and waits until it answers.
    /// - Throws: `SupportError` when not run as root.
    public init() async throws {
        guard geteuid() == 0 else { throw SupportError("the stand-in of Kubernetes runs containers: as root only") }
        directory = try TemporaryDirectory("kubernetes", mode: 0o755)
        folder = directory.path
        controlGroup = "pman-test-\((directory.path as NSString).lastPathComponent)"
        try directory.write(controlGroup, to: "control-group")
        python = try await StandIns.interpreter()
        let port = try FreePort.pick()
        let controlPort = try FreePort.pick()
        server = "https://127.0.0.1:\(port)"
        control = HTTPClientOfTests(.tcp(host: "127.0.0.1", port: controlPort), connections: 4)
        try await Self.makeCertificates(folder)
        try await BusyboxImages.makeRoot(at: directory.file("image"))
        try directory.folder("claims")
        try directory.write("first-token", to: "token")
        let configuration: JSONValue = [
            "folder": .string(folder), "namespace": .string(namespace), "port": .int(Int(port)),
            "controlPort": .int(Int(controlPort)), "controlGroup": .string(controlGroup),
            "role": .string("\(StandIns.checkout)/compose/kubernetes/rbac.yaml"),
            "certificate": .string(directory.file("server.pem")), "key": .string(directory.file("server.key")),
            "authority": .string(directory.file("ca.pem")),
            "settings": [
                "tokens": ["first-token"], "images": ["local/pmt:1": .string(directory.file("image"))],
            ],
        ]
        try directory.write(configuration.description, to: "stand-in.json")
        try writeKubeconfig(user: "{tokenFile: token}")
        do {
            try await startAPI()
            node.withLock { $0 = nil }
            let process = try start("node.py")
            node.withLock { $0 = process }
            try await process.waitForLine(containing: "the node is up")
        } catch {
            await stop()
            throw error
        }
    }

    private func start(_ program: String) throws -> ManagedProcess {
        var environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        if let run = ProcessInfo.processInfo.environment["PMAN_TEST_DIR"] { environment["PMAN_RUN_DIR"] = run }
        return try ManagedProcess(
            program, program: python,
            arguments: ["\(StandIns.checkout)/Tests/StandIns/kubernetes/\(program)", directory.file("stand-in.json")],
            environment: environment, logFile: directory.file("\(program).log"))
    }

    private func startAPI() async throws {
        let process = try start("api.py")
        api.withLock { $0 = process }
        try await eventually("the stand-in's API server answers", lastSeen: { process.log.tail(bytes: 3000) }) {
            if let exit = process.exit { throw SupportError("it ended: \(exit)") }
            return try await self.control.send("GET", "/stand-in/settings", timeout: .seconds(2)).status == 200
        }
    }

    /// Writes the kubeconfig anew.
    /// - Parameter user: in YAML.
    public func writeKubeconfig(user: String) throws {
        try directory.write(
            """
            apiVersion: v1
            kind: Config
            current-context: stand-in
            contexts:
            - name: stand-in
              context: {cluster: stand-in, user: worker}
            clusters:
            - name: stand-in
              cluster:
                server: \(server)
                certificate-authority: ca.pem
            users:
            - name: worker
              user: \(user)
            """, to: "kubeconfig")
    }

    public func workerVariables(storage: String) -> [String: String] {
        [
            "CONTAINER_ENV": "kubernetes", "KUBECONFIG": directory.file("kubeconfig"), "JOB_NAMESPACE": namespace,
            "STORAGE_TYPE": "kubernetes_pvc", "VOLUME_NAME": claim(on: storage),
            "KUBERNETES_IMAGE_DEADLINE_SECONDS": "2",
        ]
    }

    /// The name of a claim whose storage is a folder.
    public func claim(on storage: String) -> String {
        let name = "claim-" + (storage as NSString).lastPathComponent.lowercased()
        try? FileManager.default.createSymbolicLink(
            atPath: directory.file("claims/\(name)"), withDestinationPath: storage)
        return name
    }

    /// Changes how the stand-in behaves: see Tests/StandIns/kubernetes/control.py.
    public func set(_ settings: JSONValue) async throws { try await tell("settings", settings) }

    /// POST to the plain port.
    @discardableResult
    public func tell(_ path: String, _ body: JSONValue = [:]) async throws -> JSONValue {
        let answer = try await control.send(
            "POST", "/stand-in/\(path)", headers: ["Content-Type": "application/json"],
            body: Array(body.description.utf8))
        guard (200..<300).contains(answer.status) else {
            throw SupportError("\(path): \(answer.status) \(answer.text)")
        }
        return answer.json
    }

    /// GET from the plain port.
    public func ask(_ path: String) async throws -> JSONValue {
        try await control.send("GET", "/stand-in/\(path)").json
    }

    /// Every object of a kind: `jobs`, `pods`, `events`.
    public func objects(_ kind: String) async throws -> [JSONValue] { try await ask("state")[kind].array ?? [] }

    public func countObjects(of jid: String, installation: String) async throws -> Int {
        func isMeant(_ item: JSONValue) -> Bool {
            let marks = item["metadata"]["annotations"]
            return marks["org.chrisproject.pman.jid"].string == jid
                && marks["org.chrisproject.pman.installation"].string == installation
        }
        let state = try await ask("state")
        let jobs = (state["jobs"].array ?? []).filter(isMeant)
        let uids = Set(jobs.map { $0["metadata"]["uid"].string })
        // A pod counts by itself once its Job is gone.
        let orphans = (state["pods"].array ?? []).filter { pod in
            isMeant(pod) && !uids.contains(pod["metadata"]["ownerReferences"][0]["uid"].string)
        }
        return jobs.count + orphans.count
    }

    public func startStranger(named jid: String) async throws -> String {
        let job: JSONValue = [
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": ["name": .string(jid), "namespace": .string(namespace), "generation": 1],
            "spec": [
                "suspend": false, "completions": 1, "parallelism": 1, "backoffLimit": 0,
                "template": [
                    "spec": [
                        "restartPolicy": "Never", "terminationGracePeriodSeconds": 1,
                        "containers": [
                            ["name": "stranger", "image": .string(image), "command": ["/bin/sleep", "600"]]
                        ],
                    ]
                ],
            ],
            "status": [:],
        ]
        let made = try await tell("create/jobs", job)
        guard let uid = made["metadata"]["uid"].string else { throw SupportError("no stranger was made") }
        try await eventually("the stranger runs") { try await self.strangerRuns(uid) }
        return uid
    }

    public func strangerRuns(_ id: String) async throws -> Bool {
        try await objects("pods").contains { pod in
            pod["metadata"]["ownerReferences"].array?.first?["uid"].string == id
                && pod["status"]["phase"].string == "Running" && pod["metadata"]["deletionTimestamp"].string == nil
        }
    }

    public func kill() async throws { try await api.withLock { $0 }?.killAndWait() }

    public func freeze() { api.withLock { $0 }?.freeze() }

    public func thaw() { api.withLock { $0 }?.thaw() }

    public func restart() async throws {
        if let process = api.withLock({ $0 }), process.isRunning {
            process.thaw()
            try await process.killAndWait()
        }
        try await startAPI()
    }

    public func stop() async {
        for process in [node.withLock { $0 }, api.withLock { $0 }] {
            process?.thaw()
            process?.kill(SIGKILL)
            _ = try? await process?.waitForExit(within: .seconds(10))
        }
        await EngineRemains(folder: directory.path, controlGroup: controlGroup).remove()
        directory.remove()
    }

    /// An authority, a certificate for 127.0.0.1 and one for a client.
    private static func makeCertificates(_ folder: String) async throws {
        let script = """
            set -eu
            cd '\(folder)'
            key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
            openssl req -x509 $key -days 2 -subj /CN=stand-in -keyout ca.key -out ca.pem
            for name in server client; do
                case $name in server) echo subjectAltName=IP:127.0.0.1 ;; client) echo extendedKeyUsage=clientAuth ;; esac > ext
                openssl req $key -subj /CN=$name -keyout $name.key -out $name.csr
                openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out $name.pem
            done
            """
        try await ManagedProcess.run("/bin/sh", ["-c", script])
    }

    /// A root file system with every applet of busybox.}
}
