import Program

/// What the worker reads from its environment with CONTAINER_ENV=slurm.
enum SlurmVariables {
    static let restURL = Variable(
        "SLURM_REST_URL",
        "with slurm: where slurmrestd listens: unix:///path, or http(s)://host:port with SLURM_JWT_FILE")
    static let tokenFile = Variable(
        "SLURM_JWT_FILE", "with slurm: file with a JSON Web Token; read again for each request")
    static let userName = Variable(
        "SLURM_USER_NAME",
        "with slurm: the user that jobs run as (default: the worker's own); needed with SLURM_JWT_FILE")
    static let containerCommand = Variable(
        "SLURM_CONTAINER_COMMAND", default: "apptainer",
        "with slurm: apptainer, singularity, charliecloud, podman, or a command with {image}, {input}, {output} and more"
    )
    static let imageDirectory = Variable(
        "SLURM_IMAGE_DIRECTORY", "with slurm: directory with the images, seen by every node; needed with charliecloud")
    static let logDirectory = Variable(
        "SLURM_LOG_DIRECTORY",
        "with slurm: directory for jobs' output and records, seen by worker and nodes (default: STOREBASE/.pman-slurm)")
    static let partition = Variable("SLURM_PARTITION", "with slurm: the partition of jobs (default: the cluster's)")
    static let account = Variable("SLURM_ACCOUNT", "with slurm: the account that jobs are charged to")
    static let qos = Variable("SLURM_QOS", "with slurm: the quality of service of jobs")

    static let all = [
        restURL, tokenFile, userName, containerCommand, imageDirectory, logDirectory, partition, account, qos,
    ]
}
