import Core
import HTTPClient

extension KubernetesEngine {
    /// What keeps a pod with endless lines from filling the network: that many times the bytes that are kept.
    private static let readsAtMost = 32
    /// Pods whose output is read; a job of many workers is told by its last ones.
    private static let maximumPods = 20

    /// The last output of all pods of a job, one after the other.
    func output(of job: KubernetesJob, _ pods: [KubernetesPod]) async throws(EngineTrouble) -> String {
        guard settings.tailLines > 0 else { return "" }
        var tail = LogTail(maximumLines: settings.tailLines, maximumBytes: settings.tailBytes)
        if pods.count > Self.maximumPods {
            tail.append(Array("[the output of \(pods.count - Self.maximumPods) more pods is left out]\n".utf8))
        }
        for pod in pods.suffix(Self.maximumPods) {
            try await append(pod, to: &tail)
        }
        let expected = job.status.succeeded + job.status.failed
        if pods.isEmpty, job.isFinished, job.hasBeenStarted {
            tail.append(
                Array(
                    (expected > 0
                        ? "[the job's pods were deleted before their output could be read]\n"
                        : "[the cluster has deleted the job's pods, and their output with them]\n").utf8))
        }
        return tail.text
    }

    private func append(_ pod: KubernetesPod, to tail: inout LogTail) async throws(EngineTrouble) {
        var failures = 0
        var lines = settings.tailLines
        while true {
            do throws(KubernetesError) {
                var part = LogTail(maximumLines: settings.tailLines, maximumBytes: settings.tailBytes)
                let isWhole = try await read(pod, lines, into: &part)
                // The end is what counts, and the limit cuts it off: fewer lines then.
                guard isWhole || lines == 1 else {
                    lines = max(1, lines / 10)
                    continue
                }
                return tail.append(Array(part.text.utf8))
            } catch .unreachable(let error) {
                throw .away("\(error)")
            } catch .refused(let refusal) where refusal.status == 400 {
                // Its container is being created, or will never be: there is no output.
                return
            } catch .refused(let refusal) where refusal.status == 404 {
                let text = "[the pod \(pod.metadata.name) was deleted before its output could be read]\n"
                return tail.append(Array(text.utf8))
            } catch .refused(let refusal) where refusal.isMissingRight {
                throw .transient("\(refusal)")
            } catch {
                failures += 1
                guard failures >= 3 else {
                    try? await Task.sleep(for: .seconds(1))
                    continue
                }
                // The node may be gone for good: the job's end matters more than its words.
                let text = "[the output of the pod \(pod.metadata.name) could not be read: \("\(error)".forMessage)]\n"
                return tail.append(Array(text.utf8))
            }
        }
    }

    /// - Returns: false when the limit cut the end off.
    private func read(
        _ pod: KubernetesPod, _ lines: Int, into tail: inout LogTail
    ) async throws(KubernetesError) -> Bool {
        let limit = settings.tailBytes * Self.readsAtMost
        let body = try await client.log(
            pod: pod.metadata.name, container: Self.containerName, lines: lines, limit: limit
        ).makeAsyncIterator()
        var count = 0
        do throws(HTTPClientError) {
            while let chunk = try await body.next() {
                count += chunk.count
                tail.append(chunk)
            }
        } catch {
            throw KubernetesError(error)
        }
        return count < limit
    }
}
