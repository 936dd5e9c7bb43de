import Core

/// Values that many tests need and none cares about.
enum Sample {
    static func job(_ text: String = "job-1") -> JobID { valid { () throws(InvalidValue) in try JobID(text) } }
    static func nonce(_ text: String) -> Nonce { valid { () throws(InvalidValue) in try Nonce(text) } }
    static func key(_ text: String = "job-1", backend: Backend = .docker) -> JobKey {
        JobKey(backend: backend, job: job(text))
    }
    static func submission(_ generation: Int = 1, _ nonce: String = "a", key: JobKey = key()) -> SubmissionID {
        SubmissionID(key: key, generation: generation, nonce: self.nonce(nonce))
    }
    static func placement(_ object: String = "c1", engine: String = "engine-1") -> Placement {
        valid { () throws(InvalidValue) in
            Placement(engine: try EngineID(engine), object: try ObjectID(object))
        }
    }
    static func request(
        job: String = "job-1", arguments: [String] = ["--a", "1"], input: String = "in/put"
    ) -> JobRequest {
        valid { () throws(InvalidValue) in
            JobRequest(
                job: try JobID(job), user: "cube", image: try ImageReference("local/pmt:1"),
                entrypoint: ["/bin/echo", "hello"], arguments: arguments, pathFlags: ["--dir"], type: .ds,
                input: try StoragePath(input), output: try StoragePath("out/put"),
                environment: [try EnvironmentEntry("A=1")],
                resources: Resources(cpuMillicores: 1000, memoryMebibytes: 200, gpus: 0, workers: 1))
        }
    }

    private static func valid<Value>(_ make: () throws(InvalidValue) -> Value) -> Value {
        do throws(InvalidValue) { return try make() } catch { fatalError("a sample is invalid: \(error)") }
    }

    static let signature = valid { () throws(InvalidValue) in
        try SubmissionSignature(String(repeating: "0123456789abcdef", count: 4))
    }
    static let waiting = StatusReport(status: .notstarted, message: "queued")
    static let running = StatusReport(status: .started, message: "running", timestamp: "2026-01-02T03:04:05Z")
    static let succeeded = StatusReport(
        status: .finishedSuccessfully, message: "exited (0)", timestamp: "2026-01-02T03:05:05Z", exitCode: 0,
        logs: "hello\n")
    static let failed = StatusReport(status: .finishedWithError, message: "exited (3)", exitCode: 3)
    static let gone = StatusReport(status: .undefined, message: "removed by somebody else")
}
