import Glibc

/// What a program asks of the system for itself.
enum ProcessLimits {
    private static let descriptors: rlim_t = 65_536

    /// As many descriptors as it may have, up to 65,536, and no core dumps: memory holds passwords.
    static func apply() {
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < descriptors {
            limit.rlim_cur = min(descriptors, limit.rlim_max)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        limit = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }
}
