import Foundation

extension Exposition {
    /// Adds what Prometheus' own clients say about each process.
    public func collectProcess() {
        let started = Date.now.timeIntervalSince1970
        collect("process_start_time_seconds", help: "When the process began, in seconds since 1970.") {
            [Sample([], started)]
        }
        collect("process_resident_memory_bytes", help: "Memory of the process that is in RAM.") {
            guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
                let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
            else { return [] }
            return [Sample([], pages * Double(sysconf(Int32(_SC_PAGESIZE))))]
        }
        collect("process_open_fds", help: "Open file descriptors of the process.") {
            guard let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") else { return [] }
            return [Sample([], Double(open.count))]
        }
    }
}
