import Core
import HTTPClient
import Program
import Testing

@testable import Worker

@Suite struct WorkerSettingsTests {
    private func failure(_ values: [String: String]) -> SettingFailure? {
        do throws(SettingFailure) {
            let settings = try WorkerSettings(SettingsReader(values))
            try DockerStorage.validate(settings.job)
            _ = try DockerEndpoint.read(SettingsReader(values))
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "a bad value names its variable and says what is allowed",
        arguments: [
            ("AMQP_URL", "http://nowhere"), ("QUEUE_PREFIX", "a b"), ("CONTAINER_ENV", "dokcer"), ("LISTEN", "here"),
            ("ENGINE_ID", "a b"), ("STORAGE_TYPE", "tape"), ("STOREBASE", "relative"), ("CONTAINER_USER", "root:root"),
            ("ENABLE_HOME_WORKAROUND", "perhaps"), ("SHM_SIZE", "64m"), ("JOB_LABELS", "novalue"),
            ("JOB_LABELS", "org.chrisproject.pman.jid=x"), ("JOB_LOGS_TAIL", "-1"), ("JOB_LOGS_MAX_BYTES", "0"),
            ("IGNORE_LIMITS", "2"), ("ADMISSION", "always"), ("MAX_RUNNING_JOBS", "0"), ("DOCKER_HOST", "ftp://x"),
        ])
    func badValues(variable: String, value: String) {
        let failure = failure(["STORAGE_TYPE": "host", "STOREBASE": "/s"].merging([variable: value]) { $1 })
        #expect(failure?.variable == variable)
        #expect(failure?.description.contains("must") == true || failure?.description.contains("amqp") == true)
    }

    @Test(
        "a limit of running jobs is refused where nobody would keep to it",
        arguments: [
            (["CONTAINER_ENV": "docker"], nil), (["CONTAINER_ENV": "podman"], nil),
            (["CONTAINER_ENV": "docker", "ADMISSION": "off"], "ADMISSION=engine"),
            (["CONTAINER_ENV": "swarm"], "nodes"), (["CONTAINER_ENV": "kubernetes"], "ResourceQuota"),
            (["CONTAINER_ENV": "openshift"], "ResourceQuota"), (["CONTAINER_ENV": "cromwell"], "concurrent-job-limit"),
            (["CONTAINER_ENV": "slurm"], "SLURM_QOS"),
        ] as [([String: String], String?)])
    func runningJobs(values: [String: String], hint: String?) throws {
        do throws(SettingFailure) {
            let settings = try WorkerSettings(SettingsReader(values.merging(["MAX_RUNNING_JOBS": "3"]) { $1 }))
            #expect(settings.maximumRunningJobs == 3 && hint == nil)
        } catch {
            #expect(error.variable == "MAX_RUNNING_JOBS")
            #expect(error.description.contains(try #require(hint, "\(error)")), "\(error)")
        }
    }

    @Test func `an empty variable is one that is not set`() {
        #expect(failure(["STORAGE_TYPE": "host", "STOREBASE": "/s", "SHM_SIZE": "", "LISTEN": ""]) == nil)
    }

    @Test(
        "storage settings that do not go together are refused",
        arguments: [
            ["STORAGE_TYPE": "host"], ["STORAGE_TYPE": "host", "STOREBASE": "/s", "VOLUME_NAME": "v"],
            ["STOREBASE": "/s"], ["STORAGE_TYPE": "kubernetes_pvc", "VOLUME_NAME": "v"],
        ])
    func storage(values: [String: String]) {
        #expect(failure(values) != nil)
    }

    @Test func `the broker's password is in no message`() {
        let failure = failure(["AMQP_URL": "amqp://user:s3cret@host:notaport/"])
        #expect(failure?.variable == "AMQP_URL")
        #expect(failure?.description.contains("s3cret") == false)
    }

    @Test(
        "DOCKER_HOST in every form",
        arguments: [
            ("unix:///run/docker.sock", HTTPEndpoint.Address.unixSocket(path: "/run/docker.sock")),
            ("/run/podman/podman.sock", .unixSocket(path: "/run/podman/podman.sock")),
            ("tcp://127.0.0.1:2375", .url("http://127.0.0.1:2375")), ("http://h:1/", .url("http://h:1")),
            ("https://h:1", .url("https://h:1")),
        ])
    func dockerHost(text: String, address: HTTPEndpoint.Address) throws {
        #expect(try DockerEndpoint.read(SettingsReader(["DOCKER_HOST": text])).address == address)
    }

    @Test func `DOCKER_TLS_VERIFY makes tcp into https with the certificates of DOCKER_CERT_PATH`() throws {
        let endpoint = try DockerEndpoint.read(
            SettingsReader(["DOCKER_HOST": "tcp://h:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs"]))
        #expect(endpoint.address == .url("https://h:2376"))
        #expect(endpoint.tls?.caCertificateFile == "/certs/ca.pem")
        #expect(endpoint.tls?.verify == true)
    }

    @Test(
        "CONTAINER_USER in every form",
        arguments: [
            ("1000:1001", 1000...1000, 1001...1001), (":5", nil, 5...5), ("7", 7...7, nil), ("7:", 7...7, nil),
            ("10-20:30-40", 10...20, 30...40), (":", nil, nil),
        ] as [(String, ClosedRange<Int>?, ClosedRange<Int>?)])
    func containerUser(text: String, user: ClosedRange<Int>?, group: ClosedRange<Int>?) throws {
        let parsed = try ContainerUser(text)
        #expect(parsed.user == user)
        #expect(parsed.group == group)
    }

    @Test(
        "what is no CONTAINER_USER",
        arguments: ["a", "1:2:3", "5-1", "-1", "1-2-3", "4294967295", "1:-", "99999999999999999999"])
    func noContainerUser(text: String) {
        #expect(throws: InvalidValue.self) { try ContainerUser(text) }
    }
}
