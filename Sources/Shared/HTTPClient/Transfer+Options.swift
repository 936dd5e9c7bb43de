import CCurl

extension Transfer {
    func setOptions(errorText: UnsafeMutablePointer<CChar>) throws(HTTPClientError) {
        let request = call.request
        set(CURLOPT_ERRORBUFFER, pointer: errorText)
        set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // An empty string keeps the proxies of the environment out.
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_URL, request.url)
        set(CURLOPT_PATH_AS_IS, 1)
        if let socket = request.unixSocket { try set(CURLOPT_UNIX_SOCKET_PATH, socket) }
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeout.millisecondsRoundedUp))
        // A stream may be silent for ever; this is how a peer that vanished from the network is noticed.
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 60)
        set(CURLOPT_TCP_KEEPINTVL, 15)
        if request.freshConnection {
            set(CURLOPT_FRESH_CONNECT, 1)
            set(CURLOPT_FORBID_REUSE, 1)
        }
        try setMethodAndBody(request)
        try setTLS(request.tls)
        try setHeaders(request)
        setCallbacks()
    }

    private func setMethodAndBody(_ request: PreparedRequest) throws(HTTPClientError) {
        switch request.method {
        case "GET" where request.body == nil:
            set(CURLOPT_HTTPGET, 1)
        case "HEAD" where request.body == nil:
            set(CURLOPT_NOBODY, 1)
        case "DELETE" where request.body == nil:
            try set(CURLOPT_CUSTOMREQUEST, request.method)
        default:
            // Also without a body: it sends "Content-Length: 0", which some servers insist on.
            set(CURLOPT_POST, 1)
            let body = request.body ?? []
            pman_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            let code = body.withUnsafeBytes { bytes in
                withUnsafeBytes(of: UInt8(0)) { empty in
                    pman_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress ?? empty.baseAddress)
                }
            }
            guard code == CURLE_OK else { throw .connectFailed("libcurl has no memory for the request's body") }
            try set(CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    private func setTLS(_ tls: HTTPEndpoint.TLS?) throws(HTTPClientError) {
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        guard let tls else { return }
        try set(tls.caCertificateFile, CURLOPT_CAINFO, tls.caCertificatePEM, CURLOPT_CAINFO_BLOB)
        try set(tls.certificateFile, CURLOPT_SSLCERT, tls.certificatePEM, CURLOPT_SSLCERT_BLOB)
        try set(tls.keyFile, CURLOPT_SSLKEY, tls.keyPEM, CURLOPT_SSLKEY_BLOB)
        if !tls.verify {
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    private func setHeaders(_ request: PreparedRequest) throws(HTTPClientError) {
        var lines = request.headerLines
        if let file = request.bearerTokenFile {
            lines.append("Authorization: Bearer " + (try BearerToken.read(file)))
        }
        for line in lines {
            guard let list = curl_slist_append(headerList, line) else {
                throw .connectFailed("libcurl has no memory for the request's headers")
            }
            headerList = list
        }
        set(CURLOPT_HTTPHEADER, pointer: headerList)
    }

    private func setCallbacks() {
        let user = Unmanaged.passUnretained(self).toOpaque()
        set(CURLOPT_PRIVATE, pointer: user)
        set(CURLOPT_HEADERDATA, pointer: user)
        set(CURLOPT_WRITEDATA, pointer: user)
        pman_curl_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, user in
            Transfer.of(user)?.receive(headerLine: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        pman_curl_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, user in
            Transfer.of(user)?.receive(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
    }

    private func set(_ option: CURLoption, _ value: Int) {
        pman_curl_set_long(easy, option, value)
    }

    private func set(_ option: CURLoption, pointer: UnsafeRawPointer?) {
        pman_curl_set_pointer(easy, option, pointer)
    }

    private func set(
        _ path: String?, _ fileOption: CURLoption, _ pem: [UInt8]?, _ bytesOption: CURLoption
    ) throws(HTTPClientError) {
        guard let pem else {
            if let path { try set(fileOption, path) }
            return
        }
        let code = pem.withUnsafeBytes { pman_curl_set_blob(easy, bytesOption, $0.baseAddress, $0.count) }
        guard code == CURLE_OK else { throw .invalidRequest(String(cString: curl_easy_strerror(code))) }
    }

    /// libcurl copies the string.
    private func set(_ option: CURLoption, _ value: String) throws(HTTPClientError) {
        let code = pman_curl_set_string(easy, option, value)
        guard code == CURLE_OK else { throw .invalidRequest(String(cString: curl_easy_strerror(code))) }
    }
}
