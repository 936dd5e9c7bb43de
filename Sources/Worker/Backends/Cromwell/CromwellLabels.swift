import Core

/// The labels of a workflow.
///
/// Cromwell takes any text of up to 255 characters, but its API documents a query by label only for names and values of
/// lower-case letters, digits and dashes. So workflows are looked for by two labels of that form, and then compared by
/// those that every backend has.
enum CromwellLabels {
    static let maximumLength = 255
    /// The job id under the original's name for it.
    static let name = JobLabels.namespace + "name"
    static let queryNamespace = "pman-"
    private static let installation = queryNamespace + "installation"
    private static let submission = queryNamespace + "submission"

    static func make(_ submission: SubmissionID, _ resources: Resources, installation: String, extra: [String: String])
        -> [String: String]
    {
        var labels = extra.merging(JobLabels.make(submission, resources, installation: installation)) { $1 }
        labels[name] = submission.key.job.text
        labels[Self.installation] = queryValue(installation)
        labels[Self.submission] = queryValue(submission.label)
        return labels
    }

    /// What takes a workflow that has ended, and that Cromwell keeps for ever, out of all queries.
    static let removal = [installation: "removed"]

    /// What finds all of an installation's workflows: `name:value`.
    static func query(installation: String) -> String { "\(Self.installation):\(queryValue(installation))" }

    /// What finds a submission's workflows.
    static func query(_ submission: SubmissionID) -> String { "\(Self.submission):\(queryValue(submission.label))" }

    /// Whether an installation's name fits.
    static func fits(installation: String) -> Bool {
        queryValue(installation).utf8.count <= maximumLength && installation.unicodeScalars.count <= maximumLength
    }

    /// Any text as a value that begins with a letter and has hexadecimal digits only.
    static func queryValue(_ text: String) -> String { "x" + text.utf8.hexadecimal }
}
