import Foundation

/// What jobs the cluster has, and what others than pman do on it.
extension SlurmUnderTest {
    /// Every job, as `/jobs` lists it.
    public func jobs() async throws -> [JSONValue] {
        let answer = try await api.send("GET", "/slurm/v0.0.38/jobs", timeout: .seconds(20))
        guard answer.status == 200 else { throw SupportError("/jobs: \(answer.status) \(answer.text)") }
        return answer.json["jobs"].array ?? []
    }

    private static let ended: Set = [
        "COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "OUT_OF_MEMORY", "NODE_FAIL", "PREEMPTED", "BOOT_FAIL",
        "DEADLINE",
    ]

    /// Slurm remembers for minutes what has ended: such a job counts only while its record is there.
    public func countObjects(of jid: String, installation: String) async throws -> Int {
        let label = "org.chrisproject.pman."
        var objects: Set<String> = []
        for job in try await jobs() {
            guard let comment = JSONValue(parsing: Array((job["comment"].string ?? "").utf8)),
                comment[label + "jid"].string == jid, comment[label + "installation"].string == installation,
                let object = comment[label + "object"].string
            else { continue }
            let isOver = Self.ended.contains(job["job_state"].string ?? "")
            if !isOver || FileManager.default.fileExists(atPath: "\(logDirectory)/\(object)") { objects.insert(object) }
        }
        return objects.count
    }

    public func startStranger(named jid: String) async throws -> String {
        try await submit(script: "#!/bin/sh\nsleep 600\n", name: jid)
    }

    public func strangerRuns(_ id: String) async throws -> Bool {
        try await jobs().contains { job in
            "\(job["job_id"].int ?? 0)" == id && ["RUNNING", "PENDING"].contains(job["job_state"].string ?? "")
        }
    }

    /// Submits a job as somebody else would.
    @discardableResult
    public func submit(script: String, name: String) async throws -> String {
        let body = JSONValue.object([
            "script": .string(script),
            "job": .object([
                "name": .string(name), "current_working_directory": "/", "standard_output": "/dev/null", "tasks": 1,
                "environment": .object(["PATH": "/usr/bin:/bin"]),
            ]),
        ])
        let answer = try await api.send(
            "POST", "/slurm/v0.0.38/job/submit", headers: ["Content-Type": "application/json"],
            body: Array(body.description.utf8), timeout: .seconds(20))
        guard let job = answer.json["job_id"].int, job > 0 else { throw SupportError("submit: \(answer.text)") }
        return String(job)
    }

    /// Cancels a job as its user would.
    public func cancel(_ job: Int) async throws {
        try await ManagedProcess.run("scancel", ["\(job)"], environment: environment)
    }

    /// The image's folder.
    public var imageFolder: String { directory.file("images/local%pmt+1") }

    /// Takes the state away from a controller that does not run, as after minutes of running on.
    public func forget() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.file("state"))
        where name.hasPrefix("job_state") {
            try FileManager.default.removeItem(atPath: directory.file("state/\(name)"))
        }
    }

    /// Runs `scontrol` on the cluster.
    @discardableResult
    public func scontrol(_ arguments: [String]) async throws -> String {
        try await ManagedProcess.run("scontrol", arguments, environment: environment)
    }
}
