import FoundationEssentials
import Glibc

extension Exposition {
    /// What Prometheus' own clients say of every process.
    public func readProcess() {
        let started = Date.now
        read("process_start_time_seconds", "When the process began, in seconds since 1970") {
            [Sample(started.timeIntervalSince1970)]
        }
        read("process_resident_memory_bytes", "Memory that the process has") {
            guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
                let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
            else { return [] }
            return [Sample(pages * Double(sysconf(Int32(_SC_PAGESIZE))))]
        }
        read("process_open_fds", "Open file descriptors") {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") else { return [] }
            return [Sample(Double(names.count))]
        }
        read("process_cpu_seconds_total", "Processor time used", isCounter: true) {
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
            return [Sample(seconds(usage.ru_utime) + seconds(usage.ru_stime))]
        }
    }
}
