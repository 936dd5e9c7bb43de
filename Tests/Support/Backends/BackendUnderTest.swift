/// A scheduler that a test started for itself, or a stand-in of one: what the conformance suite runs its jobs on.
///
/// It is the test's own and may be hurt; `stop()` takes away whatever was made on it.
public protocol BackendUnderTest: Sendable {
    /// What CONTAINER_ENV says: `docker`, `swarm`, …
    var name: String { get }
    /// What is different here from what the suite expects of every backend.
    var differences: BackendDifferences { get }
    /// An image that has the programs of busybox, and no entry point.
    var image: String { get }
    /// The worker's variables that depend on the scheduler, with `storage` as the folder that holds the jobs' data.
    func workerVariables(storage: String) -> [String: String]

    /// How many objects the scheduler has for a job of one installation, whatever their state.
    func countObjects(of jid: String, installation: String) async throws -> Int
    /// Makes something run that carries the job id as its name and is not pman's.
    func startStranger(named jid: String) async throws -> String
    /// Whether what `startStranger` made still runs.
    func strangerRuns(_ id: String) async throws -> Bool

    /// SIGKILL to what the worker talks to.
    func kill() async throws
    /// SIGSTOP to it: connections stay open and nothing answers.
    func freeze()
    func thaw()
    /// Starts it again after `kill()`, and waits until it answers.
    func restart() async throws
    /// Ends everything and takes away what it left. May be called twice.
    func stop() async
}

/// What the suite must not expect of a backend, or must expect otherwise. Each is also a line of docs/backends.md.
public struct BackendDifferences: Sendable {
    /// It is not the scheduler itself: what is said of the backend holds on the stand-in only.
    public var isStandIn = false
    /// The command replaces the image's entry point.
    public var replacesEntrypoint = false
    /// `cmd` shows the command quoted for a shell, and not its words joined by spaces.
    public var quotesCommand = true
    /// A job may have several workers.
    public var allowsSeveralWorkers = false
    /// `memory_limit` ends a job that uses more, with the status of an error and "out of memory" in the message.
    public var limitsMemory = false
    /// The variables that make it so, if not by itself.
    public var limitsMemoryWith: [String: String] = [:]
    /// CONTAINER_USER is honoured.
    public var setsUser = true
    /// A running job is lost or killed when the scheduler is killed with SIGKILL and started again.
    public var losesJobsWhenKilled = false
    /// A job that is being started in the moment in which the scheduler is killed may end, saying that it may have run.
    public var forgetsStartsWhenKilled = false
    /// A job that is being started in the moment in which the scheduler is killed may be started again by the scheduler
    /// itself, which no worker sees.
    public var repeatsStartsWhenKilled = false
    /// How long a status takes at most to be seen, beyond what Docker needs: where there are no events.
    public var statusDelay: Duration = .zero

    public init() {}
}
