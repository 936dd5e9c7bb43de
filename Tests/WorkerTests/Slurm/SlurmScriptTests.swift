import Core
import Foundation
import Program
import Support
import Testing

@testable import Worker

struct SlurmScriptTests {
    private func values(_ image: String = "reg.example.org:5000/chris/pl-x:1.2") throws -> ContainerCommand.Values {
        ContainerCommand.Values(
            image: try Core.ImageReference(image), input: "/r/incoming", output: "/r/outgoing", mount: "/r/mount",
            command: ["run", "{image}", "a b"], environment: ["A=1", "B='x' {uid}"])
    }

    @Test func `Apptainer gets words`() throws {
        #expect(
            try ContainerCommand("apptainer", imageDirectory: nil).filled(try values()) == [
                "env", "APPTAINERENV_A=1", "APPTAINERENV_B='x' {uid}", "apptainer", "exec", "--containall",
                "--cleanenv",
                "--writable-tmpfs", "--pwd", "/", "--bind", "/r/incoming:/share/incoming:ro", "--bind",
                "/r/outgoing:/share/outgoing", "docker://reg.example.org:5000/chris/pl-x:1.2", "run", "{image}", "a b",
            ])
        let local = try ContainerCommand("singularity", imageDirectory: "/images")
        var values = try values()
        values.hasGPU = true
        let words = local.filled(values)
        #expect(words.contains("/images/reg.example.org+5000%chris%pl-x+1.2.sif") && words.contains("--nv"))
        #expect(local.neededImages(values.image) == ["/images/reg.example.org+5000%chris%pl-x+1.2.sif"])
    }

    @Test func `words whose placeholder has no value are left out`() throws {
        let podman = try ContainerCommand("podman", imageDirectory: nil)
        var values = try values("busybox")
        #expect(!podman.filled(values).contains { $0.hasPrefix("--user") || $0.hasPrefix("--shm") })
        values.user = 5
        values.sharedMemoryMebibytes = 64
        let words = podman.filled(values)
        #expect(words.contains("--user=5") && words.contains("--shm-size=64m") && words.contains("busybox:latest"))
    }

    @Test(
        "a command that lacks something is refused",
        arguments: [
            "docker", "run {image} {input} {output} {environment}", "run {image} {input} {command} {environment}",
            "run {image} {output} {command} {environment}", "run {input} {output} {command} {environment}",
            "run {image} {input} {output} x{command} {environment}", "run {image} {input} {output} {command}",
            "run {image_path} {input} {output} {command} {environment}", "charliecloud", "",
        ])
    func badCommands(text: String) {
        #expect(throws: InvalidValue.self) { try ContainerCommand(text, imageDirectory: nil) }
    }

    @Test func `the script runs exactly the words it was given, once`() async throws {
        let directory = try TemporaryDirectory("script")
        try directory.folder("record")
        try directory.write("", to: "record/job")
        let odd = "it's $(touch \(directory.path)/broken) `x` \"\\\n;'\r"
        let input = directory.file("in '\(odd.replacing("/", with: "_"))")
        let script = BatchScript(
            record: directory.file("record"), input: input, output: directory.file("out"), images: [], image: odd,
            command: ["/bin/sh", "-c", #"printf '%s\0' "$@" >>"$0"; exit 6"#, directory.file("words"), odd, "", "-n"])
        try directory.write(script.text, to: "run")
        for expected in [6, BatchScript.refusedExit] {
            let process = try ManagedProcess(
                "script", program: "/bin/sh", arguments: [directory.file("run")], environment: ["SLURM_JOB_ID": "42"],
                logFile: directory.file("log"))
            #expect(try await process.waitForExit() == .exited(Int32(expected)), "\(process.log.tail())")
        }
        #expect(try directory.read("words") == odd + "\0\0-n\0")
        #expect(!FileManager.default.fileExists(atPath: directory.file("broken")))
        #expect(FileManager.default.fileExists(atPath: input))
        let records = try JobRecords(directory: directory.path, owner: nil)
        try records.prepare()
        let record = try #require(try await records.read(try ObjectID("record")))
        #expect(record.isStarted && record.wasRunAgain && record.runningJob == 42 && record.exitCode == 6)
    }

    @Test func `what a job put in its record is read with care`() async throws {
        let directory = try TemporaryDirectory("records")
        try directory.write("secret\n", to: "secret")
        let records = try JobRecords(directory: directory.file("all"), owner: nil)
        try records.prepare()
        let object = try ObjectID("abc")
        try await records.create(
            object, SlurmSubmission(name: "n", comment: "c", script: "s", outputFile: "o"))
        let folder = directory.file("all/abc")
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/output", withDestinationPath: directory.file("secret"))
        #expect(try await records.output(object, lines: 10, bytes: 100) == "")
        try FileManager.default.removeItem(atPath: "\(folder)/output")
        try await ManagedProcess.run("mkfifo", ["\(folder)/output", "\(folder)/ended"])
        #expect(try await records.output(object, lines: 10, bytes: 100) == "")
        #expect(try await records.read(object)?.exitCode == nil)
        try FileManager.default.removeItem(atPath: "\(folder)/output")
        try Data((String(repeating: "x", count: 5_000_000) + "\nlast\n").utf8).write(
            to: URL(fileURLWithPath: "\(folder)/output"))
        #expect(try await records.output(object, lines: 1, bytes: 100) == "last\n")
        #expect(try await records.output(object, lines: 9, bytes: 100)?.hasPrefix("[... earlier") == true)
        #expect(try await records.job(object)?.script == "s")
        try await records.remove(object)
        #expect(try await records.read(object) == nil)
        #expect(try directory.read("secret") == "secret\n")
    }

    @Test func `a storage that is not mounted is no absence of records`() async throws {
        let directory = try TemporaryDirectory("records")
        let records = try JobRecords(directory: directory.file("all"), owner: nil)
        await #expect(throws: EngineTrouble.self) { try await records.read(try ObjectID("abc")) }
    }

    private static let good = [
        "CONTAINER_ENV": "slurm", "STORAGE_TYPE": "host", "STOREBASE": "/s", "SLURM_REST_URL": "unix:///s.sock",
    ]

    @Test(
        "what cannot be honoured is refused by name",
        arguments: [
            ("STORAGE_TYPE", "kubernetes_pvc"), ("STORAGE_TYPE", ""), ("STOREBASE", ""), ("SLURM_REST_URL", ""),
            ("SLURM_REST_URL", "tcp://x"), ("CONTAINER_USER", "1:2"), ("CONTAINER_USER", ":2"), ("SHM_SIZE", "64"),
            ("SLURM_PARTITION", "a b"), ("SLURM_LOG_DIRECTORY", "/a:b"), ("SLURM_CONTAINER_COMMAND", "docker"),
            ("SLURM_CONTAINER_COMMAND", "charliecloud"), ("TIMELIMIT_MINUTES", "0"),
            ("JOB_LABELS", "a=" + String(repeating: "x", count: 300)),
        ])
    func refused(variable: String, value: String) throws {
        let reader = SettingsReader(Self.good.merging([variable: value]) { $1 })
        let job = try JobSettings(reader, .slurm)
        #expect(
            performing: { _ = try SlurmSettings(reader, job) },
            throws: { ($0 as? SettingFailure)?.variable == variable })
    }

    @Test func `a token is needed over TCP, and a user with it`() throws {
        var values = Self.good
        values["SLURM_REST_URL"] = "http://127.0.0.1:6820"
        func failing() -> String? {
            let reader = SettingsReader(values)
            do throws(SettingFailure) {
                _ = try SlurmSettings(reader, try JobSettings(reader, .slurm))
                return nil
            } catch { return error.variable }
        }
        #expect(failing() == "SLURM_JWT_FILE")
        values["SLURM_JWT_FILE"] = "/t"
        #expect(failing() == "SLURM_USER_NAME")
        values["SLURM_USER_NAME"] = "chris"
        #expect(failing() == nil)
    }

    @Test func `a submission is written as its version wants it`() throws {
        var job = SlurmSubmission(name: "n", comment: "c", script: "s", outputFile: "/o")
        job.nodes = 2
        job.memoryPerNode = 5
        job.gpusPerNode = 3
        func text(_ number: Int) throws -> Support.JSONValue {
            try #require(Support.JSONValue(parsing: try job.body(for: SlurmVersion(number: number))))
        }
        let old = try text(38)
        #expect(old["script"] == "s" && old["job"]["nodes"] == [2, 2] && old["job"]["memory_per_node"] == 5)
        #expect(old["job"]["gres"] == "gpu:3" && old["job"]["environment"]["PATH"].string != nil)
        let new = try text(41)
        #expect(
            new["job"]["script"] == "s" && new["job"]["nodes"] == "2" && new["job"]["tres_per_node"] == "gres/gpu:3")
        #expect(new["job"]["memory_per_node"] == ["set": true, "number": 5] && new["script"] == .null)
        for each in [old, new] { #expect(each["job"]["hold"] == true && each["job"]["requeue"] == false) }
    }
}
