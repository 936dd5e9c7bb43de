import Core

/// The script that Slurm runs for a job. All that comes from outside is in it as quoted words.
///
/// What it leaves in the job's record is told in `JobRecordFile`. The directory `started` is its fence: whoever makes it
/// runs the job. So a job runs once, also when Slurm requeues it, or has been given it twice because it had forgotten it.
struct BatchScript: Sendable, Hashable {
    /// The directory of the job's record.
    var record: String
    var input: String
    var output: String
    /// Files or directories without which the image is missing.
    var images: [String]
    var image: String
    /// The words that run the container.
    var command: [String]
    /// How many nodes run the command, and with how many CPUs each.
    var nodes = 1
    var cpusPerTask: Int?

    /// The exit status of a script that found that its job had been run.
    static let refusedExit = 75
    /// The exit status when the container could not be set up.
    static let failedExit = 125

    var text: String {
        """
        #!/bin/sh
        # A job of pman.
        record=\(Self.quote(record))
        umask 022
        export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        cd / || exit \(Self.failedExit)
        finish() {
            printf '%s %s\\n' "$1" "$(date +%s)" >"$record/ended.new" && mv -f "$record/ended.new" "$record/ended"
            exit "$1"
        }
        fail() {
            printf 'pman: %s\\n' "$1"
            printf '%s\\n' "$1" >"$record/failure"
            finish \(Self.failedExit)
        }
        [ -e "$record/job" ] || exit \(Self.refusedExit)
        if ! mkdir "$record/started" 2>/dev/null; then
            : >"$record/again"
            exit \(Self.refusedExit)
        fi
        # Asked for once more, now that everybody sees that it has started: it may have been removed meanwhile.
        [ -e "$record/job" ] || exit \(Self.refusedExit)
        printf '%s %s\\n' "$SLURM_JOB_ID" "$(date +%s)" >"$record/run.new" && mv -f "$record/run.new" "$record/run"
        input=\(Self.quote(input))
        output=\(Self.quote(output))
        mkdir -p -- "$input" || fail "the input directory cannot be made"
        mkdir -p -- "$output" || fail "the output directory cannot be made"
        ln -s -- "$input" "$record/incoming" || fail "SLURM_LOG_DIRECTORY cannot be written"
        ln -s -- "$output" "$record/outgoing" || fail "SLURM_LOG_DIRECTORY cannot be written"
        \(imageChecks)
        \(runner)\(command.map(Self.quote).joined(separator: " ")) </dev/null
        finish $?

        """
    }

    private var imageChecks: String {
        images.map { path in
            "[ -e \(Self.quote(path)) ] || fail "
                + Self.quote("the image \(image) is missing: there is no \(path) (see SLURM_IMAGE_DIRECTORY)")
        }.joined(separator: "\n")
    }

    /// From Slurm 22.05 on a step does not take its CPUs from the job by itself.
    private var runner: String {
        guard nodes > 1 else { return "" }
        let cpus = cpusPerTask.map { " --cpus-per-task=\($0)" } ?? ""
        return "srun --nodes=\(nodes) --ntasks=\(nodes)\(cpus) --input=none --kill-on-bad-exit=0 -- "
    }

    /// One word of a POSIX shell: between single quotes everything but a single quote stands for itself.
    static func quote(_ word: String) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "'")]
        for byte in word.utf8 {
            if byte == UInt8(ascii: "'") { bytes += Array(#"'\''"#.utf8) } else { bytes.append(byte) }
        }
        bytes.append(UInt8(ascii: "'"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
