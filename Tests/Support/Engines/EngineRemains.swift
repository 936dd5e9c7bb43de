import Foundation
import Glibc

/// Takes away what an engine leaves when it is killed: processes of containers, mounts, control groups.
///
/// Everything is found by the engine's own folder, whose name is random: nothing of anybody else is touched.
struct EngineRemains {
    let folder: String
    /// Name of the control group above all of its containers; nil when it has none of its own.
    let controlGroup: String?

    func remove() async {
        for _ in 0..<100 {
            let found = processes()
            if found.isEmpty { break }
            thaw()
            for identifier in found { kill(identifier, SIGKILL) }
            try? await Task.sleep(for: .milliseconds(30))
        }
        removeShimSockets()
        unmount()
        for _ in 0..<50 where !removeControlGroups() { try? await Task.sleep(for: .milliseconds(20)) }
    }

    /// Whatever runs in its control group, or names its folder on the command line, and all that those started.
    private func processes() -> Set<pid_t> {
        var found = Set(controlGroupFolders().flatMap(processesOfControlGroup))
        var children: [pid_t: [pid_t]] = [:]
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for identifier in names.compactMap({ pid_t($0) }) where identifier != getpid() {
            guard let status = SystemFile.text("/proc/\(identifier)/stat"), let end = status.lastIndex(of: ")") else {
                continue
            }
            let fields = status[status.index(after: end)...].split(separator: " ")
            guard fields.count > 1, fields[0] != "Z", let parent = pid_t(fields[1]) else { continue }
            children[parent, default: []].append(identifier)
            // Slurm's keepers of running jobs name the folder in their environment only.
            if SystemFile.text("/proc/\(identifier)/cmdline")?.contains(folder + "/") == true
                || SystemFile.text("/proc/\(identifier)/environ")?.contains("SLURM_CONF=\(folder)/") == true
            {
                found.insert(identifier)
            }
        }
        var open = Array(found)
        while let next = open.popLast() {
            for child in children[next] ?? [] where found.insert(child).inserted { open.append(child) }
        }
        return found.filter { kill($0, 0) == 0 && SystemFile.text("/proc/\($0)/stat")?.contains(") Z ") == false }
    }

    /// The group's folder in every hierarchy (version 1 has many), the deepest folder first.
    private func controlGroupFolders() -> [String] {
        guard let controlGroup else { return [] }
        let root = "/sys/fs/cgroup"
        let hierarchies = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).map { "\(root)/\($0)" }
        return ([root] + hierarchies).map { "\($0)/\(controlGroup)" }.flatMap { top -> [String] in
            guard FileManager.default.fileExists(atPath: top) else { return [] }
            let below = FileManager.default.enumerator(atPath: top)?.compactMap { $0 as? String } ?? []
            let folders = below.map { "\(top)/\($0)" }.filter {
                FileManager.default.fileExists(atPath: $0 + "/cgroup.procs")
            }
            return (folders + [top]).sorted { $0.count > $1.count }
        }
    }

    private func processesOfControlGroup(_ folder: String) -> [pid_t] {
        (SystemFile.text(folder + "/cgroup.procs") ?? "").split(separator: "\n").compactMap { pid_t($0) }
    }

    /// A paused container does not die before it is thawed (version 1 of control groups).
    private func thaw() {
        for folder in controlGroupFolders() {
            try? Data("THAWED".utf8).write(to: URL(fileURLWithPath: folder + "/freezer.state"))
        }
    }

    /// containerd's helpers listen in /run/containerd/s whatever their containerd is told; each says where exactly.
    private func removeShimSockets() {
        let state = folder + "/c/io.containerd.runtime.v2.task"
        for file in FileManager.default.enumerator(atPath: state)?.compactMap({ $0 as? String }) ?? []
        where file.hasSuffix("/address") {
            let address = (SystemFile.text("\(state)/\(file)") ?? "").replacing("unix://", with: "")
            if address.hasPrefix("/run/containerd/s/") { unlink(address) }
        }
    }

    private func unmount() {
        let mounts = (SystemFile.text("/proc/self/mounts") ?? "").split(separator: "\n")
            .compactMap { line in line.split(separator: " ").dropFirst().first.map(String.init) }
            .filter { $0.hasPrefix(folder + "/") }
        for mount in mounts.sorted(by: { $0.count > $1.count }) { umount2(mount, Int32(MNT_DETACH)) }
    }

    private func removeControlGroups() -> Bool {
        var isDone = true
        for folder in controlGroupFolders() where rmdir(folder) != 0 { isDone = false }
        return isDone
    }
}
