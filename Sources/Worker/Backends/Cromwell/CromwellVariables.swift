import Program

/// What the worker reads from its environment for Cromwell only.
enum CromwellVariables {
    static let url = Variable("CROMWELL_URL", "Cromwell's address, for example http://cromwell:8000")
    static let partition = Variable(
        "CROMWELL_SLURM_PARTITION", "the attribute slurm_partition of each job (default: the site's)")
    static let sharedirOnly = Variable(
        "CROMWELL_SHAREDIR_ONLY", default: "no",
        "yes: the site's Cromwell configuration knows the attribute sharedir and neither input_dir nor output_dir")
    static let pollInterval = Variable(
        "CROMWELL_POLL_SECONDS", default: "5", "how often Cromwell is asked what has changed")
    static let overtime = Variable(
        "CROMWELL_OVERTIME_MINUTES", default: "1440",
        "a job is ended this long after its time limit, counted from when Cromwell began it; 0: never")

    static let all = [url, partition, sharedirOnly, pollInterval, overtime]
}
