import Core
import FoundationEssentials
@testable import Worker

extension FuzzTarget {
    /// What Kubernetes, Slurm and Cromwell answer, and a kubeconfig.
    static let schedulers = [
        FuzzTarget("kubeconfig") { bytes in
            let access = try Kubeconfig(yaml: String(decoding: bytes, as: UTF8.self)).access(folder: "/nowhere")
            expect(access.token?.utf8.allSatisfy { (33...126).contains($0) } ?? true, "a token is one word")
        },
        FuzzTarget("kubernetes-watch") { bytes in
            let operation = KubernetesOperation(verb: "watch", resource: "jobs")
            if case .changed(let job)? = try? KubernetesChanges<KubernetesJob>.Iterator.parse(bytes, operation) {
                _ = KubernetesMarks.submission(of: job, installation: "pman.")
                _ = JobReading(job: job, pods: []).report
            }
            if case .changed(let pod)? = try? KubernetesChanges<KubernetesPod>.Iterator.parse(bytes, operation) {
                _ = (PodEnd(pod), PodWaiting(pod))
                let job = KubernetesJob(metadata: pod.metadata)
                _ = JobReading(job: job, pods: [pod, pod]).report
            }
            _ = "\(KubernetesJSON.refusal(403, ["retry-after": "9"], bytes, operation))"
        },
        FuzzTarget("slurm-answer") { bytes in
            let data = Data(bytes)
            let decoder = JSONDecoder()
            _ = try? decoder.decode(SlurmAnswer.self, from: data)
            _ = try? decoder.decode(SlurmPings.self, from: data)
            _ = try? decoder.decode(SlurmSubmitted.self, from: data)
            _ = JobRecords.numbers(bytes)
            for job in try decoder.decode(SlurmJobs.self, from: data).jobs {
                _ = SlurmComment.read(job.comment, installation: "pman.")
                try survives(SlurmWord(job).report)
            }
        },
        FuzzTarget("cromwell-answer") { bytes in
            let data = Data(bytes)
            let decoder = JSONDecoder()
            _ = try? decoder.decode(WorkflowQueryPage.self, from: data)
            _ = try? decoder.decode(SubmittedWorkflow.self, from: data)
            let metadata = try decoder.decode(WorkflowMetadata.self, from: data)
            expect(WorkflowFailure.texts(metadata.failures).count <= 10, "only so many failures are told")
            let watch = TimeWatch(limitMinutes: 10, marginMinutes: 1)
            try survives(StatusReport(metadata, watch: watch, now: Date(timeIntervalSince1970: 1_700_000_000)))
        },
        FuzzTarget("log-tail") { bytes in
            let (size, stream) = (Int(bytes.first ?? 0) + 1, Array(bytes.dropFirst(2)))
            let maximum = Int(bytes.dropFirst().first ?? 0)
            for lines in [nil, 0, 1, 3] {
                var tail = LogTail(maximumLines: lines, maximumBytes: maximum)
                for piece in pieces(stream, size) { tail.append(piece) }
                expect(tail.text.utf8.count <= maximum, "a tail is no longer than it may be")
            }
            var text = IncrementalText()
            var all = ""
            for piece in pieces(stream, size) { all += text.take(piece) }
            all += text.finish()
            expect(
                Array(all.utf8) == Array(String(decoding: stream, as: UTF8.self).utf8),
                "text does not depend on the pieces")
            let middle = stream.count / 2
            switch OutputContinuation.find(
                after: Array(stream.prefix(middle)), isWhole: maximum < 128, in: Array(stream.dropFirst(middle)))
            {
            case .after(let place), .about(let place):
                expect((0...stream.count - middle).contains(place), "what goes on does so in what there is")
            case .unknown: break
            }
        },
    ]
}
