#ifndef PMAN_CCURL_SHIM_H
#define PMAN_CCURL_SHIM_H
/* curl/typecheck-gcc.h would turn curl_easy_setopt into a macro that Swift cannot call. */
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

/* Swift calls no variadic function: one shim for each type of the last argument. */
typedef size_t (*pman_curl_data_callback)(char *bytes, size_t size, size_t count, void *user);

static inline CURLcode pman_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode pman_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode pman_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode pman_curl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}
/* libcurl copies the bytes. */
static inline CURLcode pman_curl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(easy, option, &blob);
}
static inline CURLcode pman_curl_set_callback(CURL *easy, CURLoption option, pman_curl_data_callback value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode pman_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode pman_curl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode pman_curl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLMcode pman_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
/* CURLMsg carries its result in an unnamed union. */
static inline CURLcode pman_curl_message_result(const CURLMsg *message) { return message->data.result; }
#endif
