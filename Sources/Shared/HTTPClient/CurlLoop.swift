import CCurl
import Glibc

/// What the client's thread does: take commands, let libcurl work, hand out what came, keep the deadlines, sleep.
final class CurlLoop {
    private let multi: UnsafeMutableRawPointer
    private let inbox: Inbox
    private let maximumPerAddress: Int
    private var transfers: [ObjectIdentifier: Transfer] = [:]
    private var lines: [HTTPEndpoint.Address: WaitingLine] = [:]
    /// When the earliest deadline or idle limit may have passed.
    private var nextLook: ContinuousClock.Instant?

    init(_ multi: MultiHandle, _ inbox: Inbox, maximumPerAddress: Int) {
        self.multi = multi.pointer
        self.inbox = inbox
        self.maximumPerAddress = maximumPerAddress
    }

    func run() {
        blockBrokenPipeSignal()
        pman_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, maximumPerAddress * 4)
        while true {
            let (commands, isClosing) = inbox.take()
            for command in commands { carryOut(command) }
            if isClosing { return end() }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            takeFinished()
            if !commands.isEmpty || (nextLook.map { $0 <= .now } ?? false) { expire() }
            curl_multi_poll(multi, nil, 0, timeout(), nil)
        }
    }

    /// With CURLOPT_NOSIGNAL libcurl leaves SIGPIPE to us, and OpenSSL writes without MSG_NOSIGNAL. The signal goes to
    /// the thread that wrote.
    private func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private func carryOut(_ command: Inbox.Command) {
        switch command {
        case .start(let call) where call.isStream:
            begin(call)
        case .start(let call):
            lines[call.request.address, default: WaitingLine(maximum: maximumPerAddress)].append(call)
            beginWaiting(call.request.address)
        case .cancel(let call):
            // One that still waits in line is found there by `expire`, which follows every command.
            if let transfer = transfers[ObjectIdentifier(call)] { finish(transfer, .cancelled) }
        case .resume(let call):
            guard let transfer = transfers[ObjectIdentifier(call)] else { return }
            let code = transfer.resume()
            if code != CURLE_OK { finish(transfer, transfer.failure(code)) }
        }
    }

    private func beginWaiting(_ address: HTTPEndpoint.Address) {
        while let call = lines[address]?.next() {
            if !begin(call) { lines[address]?.release() }
        }
        if lines[address]?.isUnused ?? false { lines[address] = nil }
    }

    /// - Returns: whether the call is on the wire now; else it is over.
    @discardableResult
    private func begin(_ call: Call) -> Bool {
        guard !call.isCancelled else { return false }
        do throws(HTTPClientError) {
            let transfer = try Transfer(call)
            let code = curl_multi_add_handle(multi, transfer.easy)
            guard code == CURLM_OK else { throw .connectFailed(String(cString: curl_multi_strerror(code))) }
            transfers[ObjectIdentifier(call)] = transfer
            nextLook = [nextLook, transfer.nextExpiry].compactMap(\.self).min()
            return true
        } catch {
            call.sink.finish(error)
            return false
        }
    }

    private func takeFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let code = pman_curl_message_result(message)
            var user: UnsafeMutableRawPointer?
            pman_curl_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &user)
            if let transfer = Transfer.of(user) { finish(transfer, transfer.failure(code)) }
        }
    }

    /// Takes the handle out, which closes the connection of an unfinished transfer.
    private func finish(_ transfer: Transfer, _ error: HTTPClientError?) {
        curl_multi_remove_handle(multi, transfer.easy)
        transfers[ObjectIdentifier(transfer.call)] = nil
        transfer.call.sink.finish(error)
        guard !transfer.call.isStream else { return }
        let address = transfer.call.request.address
        lines[address]?.release()
        beginWaiting(address)
    }

    /// Ends what has taken too long and finds out when to look again.
    private func expire() {
        let now = ContinuousClock.now
        for transfer in Array(transfers.values) {
            if let error = transfer.expired(now) { finish(transfer, error) }
        }
        for address in Array(lines.keys) {
            let over = lines[address]?.remove { $0.isCancelled || $0.expiry.map { $0 <= now } ?? false } ?? []
            for call in over { call.sink.finish(.noConnectionInTime) }
            if lines[address]?.isUnused ?? false { lines[address] = nil }
        }
        let onTheWire = transfers.values.lazy.compactMap(\.nextExpiry).min()
        let waiting = lines.values.lazy.flatMap(\.calls).compactMap(\.expiry).min()
        nextLook = [onTheWire, waiting].compactMap(\.self).min()
    }

    /// Milliseconds until something is due; libcurl shortens it by its own timers.
    private func timeout() -> Int32 {
        guard let nextLook else { return 60_000 }
        return Int32(min(60_000, (nextLook - .now).millisecondsRoundedUp))
    }

    private func end() {
        inbox.detach()
        for transfer in transfers.values {
            curl_multi_remove_handle(multi, transfer.easy)
            transfer.call.sink.finish(.closed)
        }
        for call in lines.values.lazy.flatMap(\.calls) { call.sink.finish(.closed) }
        transfers = [:]
        lines = [:]
        curl_multi_cleanup(multi)
    }
}
