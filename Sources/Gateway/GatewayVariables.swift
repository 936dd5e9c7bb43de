import Program

/// What the gateway reads from its environment.
enum GatewayVariables {
    static let listen = Variable("LISTEN", default: "127.0.0.1:5010", "host:port of the HTTP API")
    static let auth = Variable(
        "AUTH",
        "file: clients prove themselves by AUTH_FILE; none: everybody may do everything (default: none, on loopback only)"
    )
    static let authFile = Variable("AUTH_FILE", "file of name:role:secret lines, read again when it changes")
    static let certificateFile = Variable(
        "TLS_CERT_FILE", "certificate chain of the API, PEM, read again when it changes: the API is HTTPS then")
    static let keyFile = Variable("TLS_KEY_FILE", "its private key, PEM")
    static let clientAuthorityFile = Variable(
        "TLS_CLIENT_CA_FILE",
        "certificates, PEM, one of which must have signed what a client shows (default: clients show none)")
    static let brokerMetricsURL = Variable(
        "BROKER_METRICS_URL",
        "where RabbitMQ's plugin rabbitmq_prometheus answers on each node (default: http://, the hosts of AMQP_URL, port 15692)"
    )
    static let stateDirectory = Variable(
        "STATE_DIR",
        "folder of the cache (default: /var/lib/pman where it can be written, else $XDG_STATE_HOME/pman)")
    static let xdgStateHome = Variable("XDG_STATE_HOME", "see STATE_DIR (default: ~/.local/state)")
    static let storageType = Variable(
        "STORAGE_TYPE", "shown by GET /api/v1/ (default: what the workers announce)")
    static let removeJobs = Variable(
        "REMOVE_JOBS", default: "yes", "no: DELETE of a known job answers 204 and does nothing")
    static let logMaximumAge = Variable(
        "LOG_MAX_AGE", default: "30D",
        "how long the log is kept, as it is first declared: a number and Y, M, D, h, m or s")
    static let logMaximumBytes = Variable(
        "LOG_MAX_BYTES", default: "10000000000", "how large the log may grow, as it is first declared")
    static let logsRefresh = Variable(
        "LOGS_REFRESH", default: "2", "seconds after which a running job's output is fetched anew when somebody asks")
    static let requestTimeout = Variable(
        "REQUEST_TIMEOUT", default: "60",
        "seconds that a client may take to send a request; connections that are not used are closed after as long")
    static let maximumConnections = Variable(
        "MAX_CONNECTIONS", default: "1024", "connections of clients at once; further ones wait")
    static let maximumWaitingJobs = Variable(
        "MAX_WAITING_JOBS",
        "how many jobs of one client of AUTH_FILE may wait for a worker, or of all together without one (default: any number)"
    )
    static let retention = Variable(
        "RETENTION_DAYS", default: "30",
        "days after which a finished job that nobody deleted and its engine no longer has is forgotten")
    static let deletedKept = Variable(
        "DELETED_KEPT", default: "7D",
        "how long every gateway remembers which jobs were deleted, so that nothing late brings them back: a number and D, h, m or s"
    )
    static let engineLostAfter = Variable(
        "ENGINE_LOST_AFTER",
        "seconds without a word from an engine's workers after which its jobs are ended (default: never)")
    static let secretKey = Variable("SECRET_KEY", "accepted from the original's configuration and not used")

    static let all =
        SharedVariables.all + [
            listen, auth, authFile, certificateFile, keyFile, clientAuthorityFile, brokerMetricsURL, stateDirectory,
            storageType, removeJobs, requestTimeout, maximumConnections, maximumWaitingJobs, logMaximumAge,
            logMaximumBytes, logsRefresh,
            retention, deletedKept, engineLostAfter, secretKey,
        ]
}
