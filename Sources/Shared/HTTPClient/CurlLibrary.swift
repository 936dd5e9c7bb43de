import CCurl

/// libcurl's state for the whole process.
enum CurlLibrary {
    /// Made at the first use, by one thread.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
