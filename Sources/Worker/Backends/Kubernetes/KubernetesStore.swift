import Core
import Threads

/// What the watches have seen, in small: the newest state of each of our Jobs and of their pods.
///
/// Only as good as the watches: what it says is used while they run, and only for jobs that go on; an end, or that an
/// object is gone, is always asked of the API server itself.
final class KubernetesStore: Sendable {
    private struct State: Sendable {
        var jobs: [String: KubernetesJob] = [:]
        var pods: [String: KubernetesPod] = [:]
        /// Pods by the UID of their Job.
        var podsOfJob: [String: Set<String>] = [:]
        /// How many of the two watches run.
        var watches = 0
        /// Jobs of which a list said something else than the watch.
        var doubtful: Set<String> = []
        /// Names of Jobs by UID, also of those that were seen outside of a watch.
        var names: [String: String] = [:]
        /// When a pod of the Job was first seen to wait for an image or container that cannot be had.
        var stuckSince: [String: ContinuousClock.Instant] = [:]
    }

    private let state = Locked(State())
    private static let maximumNames = 200_000

    func name(of uid: String) -> String? { state.withLock { $0.names[uid] } }

    func remember(_ job: KubernetesJob) {
        state.withLock { state in
            if state.names.count >= Self.maximumNames { state.names = state.jobs.mapValues { $0.metadata.name } }
            state.names[job.metadata.uid] = job.metadata.name
        }
    }

    /// A job and its pods, as the running watches have them.
    func view(of uid: String) -> (job: KubernetesJob, pods: [KubernetesPod])? {
        state.withLock { state in
            guard state.watches == 2, !state.doubtful.contains(uid), let job = state.jobs[uid] else { return nil }
            return (job, (state.podsOfJob[uid] ?? []).compactMap { state.pods[$0] })
        }
    }

    func watchBegan() { state.withLock { $0.watches += 1 } }
    func watchEnded() { state.withLock { $0.watches -= 1 } }

    // MARK: Jobs

    func set(_ job: KubernetesJob) {
        state.withLock { state in
            state.jobs[job.metadata.uid] = job
            state.names[job.metadata.uid] = job.metadata.name
            state.doubtful.remove(job.metadata.uid)
        }
    }

    func remove(_ job: KubernetesJob) {
        state.withLock { state in
            state.jobs[job.metadata.uid] = nil
            state.names[job.metadata.uid] = nil
            state.doubtful.remove(job.metadata.uid)
            state.stuckSince[job.metadata.uid] = nil
        }
    }

    /// Takes a whole list in place of what was there.
    /// - Returns: the UIDs of what is new, other than it was, or gone.
    func replaceJobs(_ jobs: [KubernetesJob]) -> Set<String> {
        state.withLock { state in
            let new = Dictionary(jobs.map { ($0.metadata.uid, $0) }) { $1 }
            var changed = Set(state.jobs.keys.filter { new[$0] == nil })
            for uid in changed { state.stuckSince[uid] = nil }
            for (uid, job) in new {
                if state.jobs[uid] != job { changed.insert(uid) }
                state.names[uid] = job.metadata.name
            }
            state.jobs = new
            state.doubtful = []
            return changed
        }
    }

    /// Notes what a list beside the watch has seen. Versions cannot be ordered, so where the two differ neither is
    /// believed until the watch says more.
    func compare(_ jobs: [KubernetesJob]) {
        state.withLock { state in
            for job in jobs {
                let uid = job.metadata.uid
                state.names[uid] = job.metadata.name
                if let known = state.jobs[uid], known.metadata.resourceVersion != job.metadata.resourceVersion {
                    state.doubtful.insert(uid)
                }
            }
        }
    }

    /// Jobs that were started and none of whose pods runs yet.
    var pending: [String] {
        state.withLock { state in
            state.jobs.values.filter { job in
                guard job.objectState == .running else { return false }
                let pods = (state.podsOfJob[job.metadata.uid] ?? []).compactMap { state.pods[$0] }
                return pods.isEmpty || pods.contains { !$0.hasStarted }
            }.map(\.metadata.uid)
        }
    }

    // MARK: Pods

    /// - Returns: the UIDs of the Jobs that it belongs to.
    func set(_ pod: KubernetesPod) -> [String] {
        state.withLock { state in
            state.pods[pod.metadata.uid] = pod
            for owner in pod.metadata.owners { state.podsOfJob[owner, default: []].insert(pod.metadata.uid) }
            return pod.metadata.owners
        }
    }

    func remove(_ pod: KubernetesPod) -> [String] {
        state.withLock { state in
            state.pods[pod.metadata.uid] = nil
            for owner in pod.metadata.owners {
                state.podsOfJob[owner]?.remove(pod.metadata.uid)
                if state.podsOfJob[owner]?.isEmpty == true { state.podsOfJob[owner] = nil }
            }
            return pod.metadata.owners
        }
    }

    func replacePods(_ pods: [KubernetesPod]) -> Set<String> {
        state.withLock { state in
            let new = Dictionary(pods.map { ($0.metadata.uid, $0) }) { $1 }
            var changed: Set<String> = []
            for (uid, pod) in state.pods where new[uid] != pod { changed.formUnion(pod.metadata.owners) }
            for (uid, pod) in new where state.pods[uid] != pod { changed.formUnion(pod.metadata.owners) }
            state.pods = new
            state.podsOfJob = [:]
            for pod in pods {
                for owner in pod.metadata.owners { state.podsOfJob[owner, default: []].insert(pod.metadata.uid) }
            }
            return changed
        }
    }

    // MARK: What is stuck

    /// How long the job has been seen to be stuck.
    func stuck(_ uid: String, _ isStuck: Bool) -> Duration? {
        state.withLock { state in
            guard isStuck else {
                state.stuckSince[uid] = nil
                return nil
            }
            let now = ContinuousClock.now
            let since = state.stuckSince[uid] ?? now
            state.stuckSince[uid] = since
            return now - since
        }
    }
}
