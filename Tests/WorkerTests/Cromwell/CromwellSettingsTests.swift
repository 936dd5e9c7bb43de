import Core
import HTTPClient
import Program
import Testing

@testable import Worker

@Suite struct CromwellSettingsTests {
    private let good = [
        "CROMWELL_URL": "http://cromwell:8000/", "TIMELIMIT_MINUTES": "60", "STORAGE_TYPE": "host",
        "STOREBASE": "/data",
    ]

    private func settings(_ changes: [String: String]) throws(SettingFailure) -> CromwellSettings {
        let reader = SettingsReader(good.merging(changes) { $1 })
        return try CromwellSettings(reader, try JobSettings(reader, .cromwell))
    }

    @Test(
        "what is missing or does not go together is refused with a sentence",
        arguments: [
            ("CROMWELL_URL", ["CROMWELL_URL": ""]), ("CROMWELL_URL", ["CROMWELL_URL": "cromwell:8000"]),
            ("CROMWELL_URL", ["CROMWELL_URL": "http://h/?x=1"]), ("TIMELIMIT_MINUTES", ["TIMELIMIT_MINUTES": ""]),
            ("TIMELIMIT_MINUTES", ["TIMELIMIT_MINUTES": "0"]), ("STORAGE_TYPE", ["STORAGE_TYPE": ""]),
            ("STORAGE_TYPE", ["STORAGE_TYPE": "docker_local_volume"]),
            ("STORAGE_TYPE", ["STORAGE_TYPE": "kubernetes_pvc"]), ("STOREBASE", ["STOREBASE": ""]),
            ("STOREBASE", ["VOLUME_NAME": "v"]), ("VOLUME_NAME", ["STOREBASE": "", "VOLUME_NAME": "v"]),
            ("SHM_SIZE", ["SHM_SIZE": "64"]),
            ("CONTAINER_USER", ["CROMWELL_SHAREDIR_ONLY": "yes", "CONTAINER_USER": "1000"]),
            ("CROMWELL_SHAREDIR_ONLY", ["CROMWELL_SHAREDIR_ONLY": "perhaps"]),
            ("CROMWELL_POLL_SECONDS", ["CROMWELL_POLL_SECONDS": "0"]),
            ("CROMWELL_SLURM_PARTITION", ["CROMWELL_SLURM_PARTITION": "a b"]),
            ("JOB_LABELS", ["JOB_LABELS": "a=\(String(repeating: "x", count: 256))"]),
            ("JOB_LABELS", ["JOB_LABELS": "pman-installation=x"]),
        ])
    func refusals(variable: String, changes: [String: String]) {
        do throws(SettingFailure) {
            _ = try settings(changes)
            Issue.record("\(changes) was taken")
        } catch {
            #expect(error.variable == variable, "\(error)")
        }
    }

    @Test(arguments: [
        ("http://cromwell:8000/", "http://cromwell:8000"), ("https://me:secret@Host/path", "https://host/path"),
        ("http://[::1]:8000", nil),
    ])
    func `the engine's name is Cromwell's address, without a password`(url: String, id: String?) throws {
        #expect(try settings(["CROMWELL_URL": url]).engineID?.text == id)
    }

    @Test func `labels find a job by what Cromwell's API documents, whatever its id`() throws {
        let submission = try CromwellFixture.submission("Job_1.x")
        let labels = CromwellLabels.make(
            submission, Resources(cpuMillicores: 1, memoryMebibytes: 2, gpus: 0, workers: 1), installation: "Pman_.",
            extra: ["site": "A B"])
        let documented = /([a-z][-a-z0-9]*[a-z0-9])?[:]([a-z][-a-z0-9]*[a-z0-9])?/
        for query in [CromwellLabels.query(submission), CromwellLabels.query(installation: "Pman_.")] {
            #expect(try documented.wholeMatch(in: query) != nil)
            let halves = query.split(separator: ":").map(String.init)
            #expect(labels[halves[0]] == halves[1])
        }
        #expect(labels["org.chrisproject.pman.name"] == "Job_1.x")
        #expect(labels["site"] == "A B")
        #expect(JobLabels.submission(labels, backend: .cromwell, installation: "Pman_.")?.0 == submission)
        #expect(CromwellLabels.fits(installation: String(repeating: "x", count: 127)))
        #expect(!CromwellLabels.fits(installation: String(repeating: "x", count: 128)))
    }
}
