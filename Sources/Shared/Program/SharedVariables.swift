public import AMQP
public import Core

/// The variables that both programs read.
public enum SharedVariables {
    public static let amqpURL = Variable(
        "AMQP_URL", default: "amqp://guest:guest@127.0.0.1:5672/%2F",
        "the broker, amqp:// or amqps://; several nodes of one cluster separated by commas")
    public static let queuePrefix = Variable(
        "QUEUE_PREFIX", default: "pman.", "in front of every queue's and exchange's name; labels containers too")
    public static let containerEnvironment = Variable(
        "CONTAINER_ENV", default: "docker",
        "docker, podman, swarm, kubernetes, openshift, cromwell or slurm")
    public static let amqpCACertificate = Variable(
        "AMQP_CA_FILE", "certificates that amqps trusts, PEM (default: the system's)")
    public static let amqpCertificate = Variable(
        "AMQP_CERT_FILE", "certificate that is shown to an amqps broker, PEM; with AMQP_KEY_FILE (default: none)")
    public static let amqpKey = Variable("AMQP_KEY_FILE", "the key of AMQP_CERT_FILE, PEM")
    public static let signingKeyFile = Variable(
        "SIGNING_KEY_FILE",
        "file of keys that gateways sign jobs with; a worker that has it runs nothing else (default: nothing is signed)"
    )

    public static let all = [
        amqpURL, amqpCACertificate, amqpCertificate, amqpKey, queuePrefix, containerEnvironment, signingKeyFile,
    ]

    /// The broker's settings; `connectionName` is what RabbitMQ shows for the connection.
    public static func broker(
        _ reader: SettingsReader, connectionName: String
    ) throws(SettingFailure) -> AMQPConfiguration {
        let endpoints = try reader.required(amqpURL) { try AMQPEndpoint.list(parsing: $0) }
        var configuration = AMQPConfiguration(endpoints: endpoints, connectionName: connectionName)
        configuration.tlsCACertificateFile = reader.text(amqpCACertificate)
        configuration.tlsCertificateFile = reader.text(amqpCertificate)
        configuration.tlsKeyFile = reader.text(amqpKey)
        guard (configuration.tlsCertificateFile == nil) == (configuration.tlsKeyFile == nil) else {
            let missing = configuration.tlsKeyFile == nil ? amqpKey : amqpCertificate
            throw SettingFailure(missing.name, "is needed: AMQP_CERT_FILE and AMQP_KEY_FILE go together")
        }
        return configuration
    }

    public static func queueNames(_ reader: SettingsReader) throws(SettingFailure) -> QueueNames {
        try reader.required(queuePrefix) { text throws(InvalidValue) in
            guard text.utf8.count <= 64,
                text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) })
            else { throw InvalidValue("must be at most 64 letters, digits, '.', '_' and '-'") }
            return QueueNames(prefix: text)
        }
    }

    /// - Returns: nil where nothing is signed.
    public static func signingKeys(_ reader: SettingsReader) throws(SettingFailure) -> SigningKeys? {
        let installation = try queueNames(reader).prefix
        return try reader.parse(signingKeyFile) { try SigningKeys(path: $0, installation: installation) }
    }

    public static func backend(_ reader: SettingsReader) throws(SettingFailure) -> Backend {
        try reader.required(containerEnvironment) { try Backend(named: $0) }
    }
}
