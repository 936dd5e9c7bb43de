/// A `CURLM`. Off its thread only `curl_multi_wakeup` may be called with it.
struct MultiHandle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
}
