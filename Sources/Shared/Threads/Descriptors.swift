import Glibc

/// The file descriptors of this process.
public enum Descriptors {
    /// How many may be open.
    public static var limit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        return Int(clamping: limit.rlim_cur)
    }

    /// What to do, when there is none left; nil when there is. Libraries say no more than that they cannot connect.
    public static var complaint: String? {
        let one = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard one < 0 else {
            close(one)
            return nil
        }
        switch errno {
        case EMFILE: return "all \(limit) file descriptors are used: raise the limit (ulimit -n, LimitNOFILE)"
        case ENFILE: return "all file descriptors of this machine are used (fs.file-max)"
        default: return nil
        }
    }
}
