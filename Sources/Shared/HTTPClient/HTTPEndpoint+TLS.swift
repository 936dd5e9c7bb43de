extension HTTPEndpoint {
    /// How an `https` endpoint and this client prove who they are. All files are PEM.
    public struct TLS: Sendable, Hashable {
        /// Authorities that may have signed the server's certificate; nil: the system's.
        public var caCertificateFile: String?
        /// The certificate (chain) that this client shows.
        public var certificateFile: String?
        /// The private key of `certificateFile`.
        public var keyFile: String?
        /// What would be in `caCertificateFile`, and is used instead of it: what came from elsewhere touches no disk.
        public var caCertificatePEM: [UInt8]?
        /// What would be in `certificateFile`.
        public var certificatePEM: [UInt8]?
        /// What would be in `keyFile`.
        public var keyPEM: [UInt8]?
        /// Off: the server's certificate and name are not looked at. Anybody can then play the server.
        public var verify = true

        public init(
            caCertificateFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
            verify: Bool = true
        ) {
            self.caCertificateFile = caCertificateFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
            self.verify = verify
        }
    }
}
