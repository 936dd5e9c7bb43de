import Core
import HTTPClient
import Logging
import Program
import Testing

@testable import Worker

@Suite struct ContainerCreationTests {
    private func creation(
        _ values: [String: String] = [:], input: String = "a/in", environment: [String] = [], gpus: Int = 0
    ) throws -> ContainerCreation {
        let reader = SettingsReader(["STORAGE_TYPE": "host", "STOREBASE": "/store"].merging(values) { $1 })
        let client = DockerClient(http: try HTTPClient(), endpoint: HTTPEndpoint(unixSocket: "/nonexistent"))
        let engine = DockerEngine(
            calls: client, streams: client, images: DockerImages(client: client, credentials: RegistryCredentials()),
            settings: try JobSettings(reader, .docker), storageRoot: "/store", installation: "test.",
            traits: EngineTraits(),
            logger: Logger(label: "test"))
        let job = try JobID("job")
        let request = JobRequest(
            job: job, user: "cube", image: try ImageReference("local/pmt"), entrypoint: ["/bin/echo"],
            arguments: ["x"], pathFlags: [], type: .ds, input: try StoragePath(input), output: try StoragePath("a/out"),
            environment: try environment.map { try EnvironmentEntry($0) },
            resources: Resources(cpuMillicores: 1500, memoryMebibytes: 200, gpus: gpus, workers: 1))
        let submission = SubmissionID(
            key: JobKey(backend: .docker, job: job), generation: 2, nonce: try Nonce("abc"))
        return engine.containerCreation(submission, request)
    }

    @Test func `the container is the one that the original makes`() throws {
        let creation = try creation()
        #expect(creation.image == "local/pmt:latest")
        #expect(creation.command == ["/bin/echo", "x", "/share/incoming", "/share/outgoing"])
        #expect(creation.entrypoint == nil)
        #expect(creation.user == nil)
        #expect(creation.host.binds == ["/store/a/in:/share/incoming:ro", "/store/a/out:/share/outgoing:rw"])
        #expect(creation.host.nanoCPUs == 1_500_000_000)
        #expect(creation.host.memoryReservation == 200 << 20)
        #expect(creation.host.memory == nil)
        #expect(creation.host.sharedMemory == nil)
        #expect(creation.labels["org.chrisproject.pman.jid"] == "job")
        #expect(creation.labels["org.chrisproject.pman.submission"] == "2-abc")
        #expect(creation.labels["org.chrisproject.pman.installation"] == "test.")
    }

    @Test func `labels lead back to the submission, and another installation's do not`() throws {
        let labels = try creation().labels
        let found = JobLabels.submission(labels, backend: .docker, installation: "test.")
        #expect(found?.0.description == "docker/job#2-abc")
        #expect(found?.1.cpuMillicores == 1500)
        #expect(JobLabels.submission(labels, backend: .docker, installation: "other.") == nil)
        #expect(JobLabels.submission([:], backend: .docker, installation: "test.") == nil)
    }

    @Test func `limits are left out with IGNORE_LIMITS and hard with MEMORY_HARD_LIMIT`() throws {
        let free = try creation(["IGNORE_LIMITS": "yes"]).host
        #expect(free.nanoCPUs == nil && free.memoryReservation == nil)
        #expect(try creation(["MEMORY_HARD_LIMIT": "yes"]).host.memory == 200 << 20)
    }

    @Test func `HOME is added once and a job's own HOME stands`() throws {
        #expect(try creation(["ENABLE_HOME_WORKAROUND": "yes"]).environment == ["HOME=/tmp"])
        #expect(
            try creation(["ENABLE_HOME_WORKAROUND": "yes"], environment: ["HOME=/h"]).environment == ["HOME=/h"])
    }

    @Test func `shared memory is in MiB, a user's group is an added one, labels are merged`() throws {
        let creation = try creation([
            "SHM_SIZE": "100", "CONTAINER_USER": "10:20", "JOB_LABELS": "a=b,c=d=e",
        ])
        #expect(creation.host.sharedMemory == 104_857_600)
        #expect(creation.user == "10")
        #expect(creation.host.additionalGroups == ["20"])
        #expect(creation.labels["c"] == "d=e")
    }

    @Test func `a path with a colon is mounted in the long form`() throws {
        let creation = try creation(input: "a:b/in")
        #expect(creation.host.mounts.map(\.source) == ["/store/a:b/in"])
        #expect(creation.host.mounts.map(\.isReadOnly) == [true])
        #expect(creation.host.binds.count == 1)
    }

    @Test func `a GPU is asked for by capability`() throws {
        #expect(try creation(gpus: 2).host.deviceRequests == [.gpus(2)])
    }
}
