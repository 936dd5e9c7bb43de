import Core

/// How our Jobs are known among others': labels, which can be selected by, and annotations, which can hold any text.
enum KubernetesMarks {
    /// When it was started; there from the moment in which it may have run.
    static let started = JobLabels.namespace + "started"
    /// Why the worker gave it up; there from the moment in which it did.
    static let givenUp = JobLabels.namespace + "given_up"

    /// What selects all objects of an installation.
    static func selector(installation: String) -> [String: String] {
        [JobLabels.installation: KubernetesName.labelValue(for: installation)]
    }

    /// What selects the objects of one submission, and perhaps, by an accident of hashing, others.
    static func selector(_ submission: SubmissionID, installation: String) -> [String: String] {
        var labels = selector(installation: installation)
        labels[JobLabels.job] = KubernetesName.labelValue(for: submission.key.job.text)
        labels[JobLabels.submission] = KubernetesName.labelValue(for: submission.label)
        return labels
    }

    /// Whose a Job is, by its annotations; nil: not this installation's.
    static func submission(of job: KubernetesJob, installation: String) -> (SubmissionID, Resources)? {
        JobLabels.submission(job.metadata.annotations, backend: .kubernetes, installation: installation)
    }
}

extension KubernetesJob {
    var hasBeenStarted: Bool { metadata.annotations[KubernetesMarks.started] != nil || !isSuspended }
    var givenUp: String? { metadata.annotations[KubernetesMarks.givenUp] }
    var isFinished: Bool { status.conditions.holding("Complete") != nil || status.conditions.holding("Failed") != nil }

    var objectState: FoundObject.State {
        if isFinished || givenUp != nil { return .ended }
        return hasBeenStarted ? .running : .held
    }
}
