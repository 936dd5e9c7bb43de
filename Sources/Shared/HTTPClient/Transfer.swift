import CCurl

/// One easy handle and what goes with it. Never leaves the loop's thread.
final class Transfer {
    let call: Call
    let easy: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    var headerList: UnsafeMutablePointer<curl_slist>?
    private var head = ResponseHead()
    private var isHeadDelivered = false
    private var refusal: HTTPClientError?
    private var lastActivity = ContinuousClock.now
    private var uploadedAtLastLook = 0
    private(set) var isPaused = false

    init(_ call: Call) throws(HTTPClientError) {
        guard let easy = curl_easy_init() else {
            throw .connectFailed("libcurl has no memory for another transfer")
        }
        self.call = call
        self.easy = easy
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try setOptions(errorText: errorText)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// The transfer of an easy handle; the loop's table keeps it alive as long as libcurl can call back.
    static func of(_ user: UnsafeMutableRawPointer?) -> Transfer? {
        user.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: Called by libcurl

    func receive(headerLine line: UnsafeRawBufferPointer) -> Int {
        lastActivity = .now
        // What comes after the headers' end is the trailer of a chunked body.
        if !isHeadDelivered, head.take(line) {
            isHeadDelivered = true
            call.sink.receive(head: head)
        }
        return line.count
    }

    func receive(body bytes: UnsafeRawBufferPointer) -> Int {
        lastActivity = .now
        switch call.sink.receive(body: bytes) {
        case .taken:
            return bytes.count
        case .full:
            isPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        case .refused(let error):
            refusal = error
            return 0
        }
    }

    // MARK: Called by the loop

    /// Lets a paused transfer go on; libcurl calls back with what it had kept meanwhile.
    func resume() -> CURLcode {
        isPaused = false
        lastActivity = .now
        return curl_easy_pause(easy, CURLPAUSE_CONT)
    }

    /// What a finished transfer ended with; nil: well.
    func failure(_ code: CURLcode) -> HTTPClientError? {
        if code == CURLE_OK { return nil }
        if let refusal { return refusal }
        var text = String(cString: errorText)
        // libcurl names the host of the URL, which a Unix socket does not have.
        if code == CURLE_COULDNT_CONNECT, let socket = call.request.unixSocket {
            text = "nothing can be reached at the socket \(socket)"
        }
        return HTTPClientError(code, message: text, requestBytesSent: requestBytesSent)
    }

    /// When to look again.
    var nextExpiry: ContinuousClock.Instant? {
        let deadline = call.request.deadline.map { call.created + $0 }
        let idle = isPaused ? nil : call.request.idleLimit.map { lastActivity + $0 }
        guard let deadline, let idle else { return deadline ?? idle }
        return min(deadline, idle)
    }

    /// Why the transfer must end by now.
    func expired(_ now: ContinuousClock.Instant) -> HTTPClientError? {
        if let deadline = call.request.deadline, call.created + deadline <= now {
            return requestBytesSent == 0 ? .noConnectionInTime : .deadline
        }
        guard let limit = call.request.idleLimit, !isPaused else { return nil }
        noteUpload(now)
        guard lastActivity + limit <= now else { return nil }
        return requestBytesSent == 0 ? .noConnectionInTime : .idle
    }

    private func noteUpload(_ now: ContinuousClock.Instant) {
        var uploaded = 0
        pman_curl_get_offset(easy, CURLINFO_SIZE_UPLOAD_T, &uploaded)
        if uploaded != uploadedAtLastLook {
            uploadedAtLastLook = uploaded
            lastActivity = now
        }
    }

    private var requestBytesSent: Int {
        var count = 0
        pman_curl_get_long(easy, CURLINFO_REQUEST_SIZE, &count)
        return count
    }
}
