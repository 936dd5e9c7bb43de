import Core
import Logging
import NIOCertificateReloading
import NIOSSL
import ServiceLifecycle
import Threads

/// The certificate that the API shows, read again from its files every few seconds, so that whoever renews it need not
/// restart the gateway.
struct ServerCertificate: Service {
    /// What every connection begins with.
    let configuration: TLSConfiguration
    private let reloader: TimedCertificateReloader

    /// - Parameters:
    ///   - clientAuthorityFile: certificates, PEM, that must have signed what clients show; nil: clients need not show one.
    ///   - interval: between two looks at the files.
    /// - Throws: `InvalidValue` saying what is wrong with the files.
    init(
        certificateFile: String, keyFile: String, clientAuthorityFile: String?, interval: Duration = .seconds(10),
        logger: Logger
    ) throws(InvalidValue) {
        // What is wrong at the start ends the program, which says so itself.
        let isServing = Locked(false)
        do {
            let reloader = try TimedCertificateReloader.makeReloaderValidatingSources(
                configuration: .init(
                    refreshInterval: interval,
                    certificateSource: .init(location: .file(path: certificateFile), format: .pem),
                    privateKeySource: .init(location: .file(path: keyFile), format: .pem)
                ) {
                    $0.onCertificateLoaded = { change in
                        guard change.previousCertificateChain != nil else { return }
                        logger.notice("TLS_CERT_FILE and TLS_KEY_FILE were read again")
                    }
                    $0.onCertificateLoadFailed = { failure in
                        guard isServing.withLock({ $0 }) else { return }
                        logger.error(
                            "the API's certificate cannot be read again; the one read before goes on",
                            metadata: ["problem": "\(failure.error)"])
                    }
                })
            var configuration: TLSConfiguration
            if let clientAuthorityFile {
                configuration = try .makeServerConfigurationWithMTLS(
                    certificateReloader: reloader, trustRoots: .file(clientAuthorityFile))
            } else {
                configuration = try .makeServerConfiguration(certificateReloader: reloader)
            }
            configuration.minimumTLSVersion = .tlsv12
            // Read now, so that a file that is missing is said at the start and not at the first connection.
            _ = try NIOSSLContext(configuration: configuration)
            isServing.withLock { $0 = true }
            (self.configuration, self.reloader) = (configuration, reloader)
        } catch {
            throw InvalidValue("\(error)")
        }
    }

    func run() async throws { try await reloader.run() }
}
