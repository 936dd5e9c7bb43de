import Core
import FoundationEssentials

/// The labels of a job, as JSON in Slurm's comment: what a worker knows its own jobs by. The name is for people.
enum SlurmComment {
    /// Which object a job runs: the same for a job that had to be submitted again.
    static let object = JobLabels.namespace + "object"
    /// Slurm's own bound in bytes (`MAX_COMMENT_LEN`).
    static let maximumBytes = 1024

    static func text(_ labels: [String: String]) throws(EngineTrouble) -> String {
        guard let data = try? JSONEncoder.stable.encode(labels), data.count <= maximumBytes else {
            throw .permanent(
                "the job's labels do not fit into Slurm's comment of \(maximumBytes) bytes: "
                    + "use a shorter job id, fewer JOB_LABELS or a shorter QUEUE_PREFIX")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// nil when the comment is none of ours.
    static func read(
        _ comment: String, installation: String
    ) -> (object: ObjectID, submission: SubmissionID, Resources)? {
        guard comment.utf8.first == UInt8(ascii: "{"), comment.contains(JobLabels.namespace),
            let labels = try? JSONDecoder().decode([String: String].self, from: Data(comment.utf8)),
            let (submission, resources) = JobLabels.submission(labels, backend: .slurm, installation: installation),
            let text = labels[object], let nonce = try? Nonce(text), let object = try? ObjectID(nonce.text)
        else { return nil }
        return (object, submission, resources)
    }
}
