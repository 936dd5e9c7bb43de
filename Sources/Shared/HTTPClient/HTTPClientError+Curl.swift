import CCurl
import Threads

extension HTTPClientError {
    /// libcurl calls a response that ends in the middle of its headers complete.
    static let connectionClosedInHeaders = HTTPClientError.failed(
        code: Int(CURLE_GOT_NOTHING.rawValue), "the connection was closed before the headers were complete")

    /// A deadline or idle limit that passed before a byte of the request was sent.
    static let noConnectionInTime = HTTPClientError.connectFailed("no connection within the deadline")

    /// - Parameter requestBytesSent: what decides whether the server can have seen anything; libcurl's codes do not.
    init(_ code: CURLcode, message: String, requestBytesSent: Int) {
        let text = message.isEmpty ? String(cString: curl_easy_strerror(code)) : message
        if requestBytesSent > 0 {
            self = .failed(code: Int(code.rawValue), text)
        } else if code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL {
            self = .invalidRequest(text)
        } else {
            self = .connectFailed(Descriptors.complaint ?? text)
        }
    }
}
