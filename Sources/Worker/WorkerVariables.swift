import Program

/// What the worker reads from its environment.
enum WorkerVariables {
    static let listen = Variable("LISTEN", "host:port of the worker's /healthz and /readyz (default: off)")
    static let engineID = Variable("ENGINE_ID", "the engine's name (default: what the engine says of itself)")
    static let storageType = Variable(
        "STORAGE_TYPE", "host, docker_local_volume or kubernetes_pvc (default with docker: docker_local_volume)")
    static let storeBase = Variable(
        "STOREBASE", "the directory on the engine's host that holds job data; with STORAGE_TYPE=host")
    static let volumeName = Variable("VOLUME_NAME", "the volume that holds job data; conflicts with STOREBASE")
    static let pfconSelector = Variable(
        "PFCON_SELECTOR", default: "org.chrisproject.role=pfcon",
        "label of pfcon's container, whose mount at /var/local/storeBase is used when VOLUME_NAME is not set")
    static let containerUser = Variable(
        "CONTAINER_USER", "UID:GID of jobs; either may be empty or a range lo-hi for a random value")
    static let homeWorkaround = Variable("ENABLE_HOME_WORKAROUND", default: "no", "yes: jobs get HOME=/tmp")
    static let sharedMemorySize = Variable("SHM_SIZE", "size of /dev/shm in MiB (default: the engine's)")
    static let jobLabels = Variable("JOB_LABELS", "key=value,key=value: labels for jobs' containers")
    static let logsTail = Variable("JOB_LOGS_TAIL", default: "1000", "how many lines of output are kept")
    static let logsMaximumBytes = Variable(
        "JOB_LOGS_MAX_BYTES", default: "262144", "how many bytes of output are kept")
    static let ignoreLimits = Variable("IGNORE_LIMITS", default: "no", "yes: jobs run without CPU and memory limits")
    static let memoryLimit = Variable(
        "MEMORY_HARD_LIMIT", default: "no", "yes: memory_limit is a hard limit and not only a reservation")
    static let allowedImages = Variable(
        "ALLOWED_IMAGES", "images that jobs may use, * for any characters, separated by commas (default: all)")
    static let requireImageDigest = Variable(
        "REQUIRE_IMAGE_DIGEST", default: "no", "yes: only images that are named by their digest")
    static let dropPrivileges = Variable(
        "DROP_PRIVILEGES", default: "no",
        "yes: jobs have no capabilities and get none; with docker and swarm (always so with kubernetes)")
    static let readOnlyRoot = Variable(
        "READ_ONLY_ROOT", default: "no",
        "yes: jobs write to their output, /tmp and /dev/shm only; with docker, swarm and kubernetes")
    static let jobNetwork = Variable(
        "JOB_NETWORK", "the engine's network for jobs, or none; with docker (default: the engine's)")
    static let jobProcessLimit = Variable(
        "JOB_PIDS_LIMIT", "how many processes a job may have; with docker and swarm (default: the engine's)")
    static let admission = Variable(
        "ADMISSION", default: "engine", "engine: take jobs only while the engine has room; off: take everything")
    static let maximumRunningJobs = Variable(
        "MAX_RUNNING_JOBS",
        "how many jobs run at once on this engine; docker and podman, with ADMISSION=engine (default: no limit)")
    static let dockerHost = Variable(
        "DOCKER_HOST", default: "unix:///var/run/docker.sock",
        "the engine: unix:///path, /path, tcp://host:port or http(s)://host:port")
    static let dockerTLSVerify = Variable("DOCKER_TLS_VERIFY", "not empty: use TLS and verify the engine's certificate")
    static let dockerCertPath = Variable(
        "DOCKER_CERT_PATH", "directory with ca.pem, cert.pem and key.pem (default: ~/.docker)")
    static let home = Variable("HOME", "see DOCKER_CERT_PATH")
    static let dockerConfig = Variable(
        "DOCKER_CONFIG", "directory with config.json, for registry credentials (default: ~/.docker)")
    static let timeLimit = Variable(
        "TIMELIMIT_MINUTES",
        "how long a job may run; with cromwell, which needs it, and slurm (default: the partition's)")
    static let secretKey = Variable("SECRET_KEY", "accepted from the original's configuration and not used")

    static let all =
        SharedVariables.all + [
            listen, engineID, storageType, storeBase, volumeName, pfconSelector, containerUser, homeWorkaround,
            sharedMemorySize, jobLabels, logsTail, logsMaximumBytes, ignoreLimits, memoryLimit, allowedImages,
            requireImageDigest, dropPrivileges, readOnlyRoot, jobNetwork, jobProcessLimit, admission,
            maximumRunningJobs, dockerHost, dockerTLSVerify, dockerCertPath, dockerConfig, timeLimit, secretKey,
        ] + SwarmVariables.all + KubernetesVariables.all + CromwellVariables.all + SlurmVariables.all
}
