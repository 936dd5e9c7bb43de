/// The ready values of SLURM_CONTAINER_COMMAND.
enum ReadyContainerCommands {
    static func words(named name: String, hasImageDirectory: Bool) -> [String]? {
        switch name {
        case "apptainer": apptainer("apptainer", variable: "APPTAINERENV_", hasImageDirectory)
        case "singularity": apptainer("singularity", variable: "SINGULARITYENV_", hasImageDirectory)
        case "charliecloud": charliecloud
        case "podman": podman
        default: nil
        }
    }

    /// https://apptainer.org/docs/user/main/cli/apptainer_exec.html. Variables with this prefix reach the container and
    /// nothing else; `--env` would split values at commas.
    private static func apptainer(_ program: String, variable: String, _ hasImageDirectory: Bool) -> [String] {
        [
            "env", variable + "{environment}", program, "exec", "--containall", "--cleanenv", "--writable-tmpfs",
            "--pwd", "/", "{gpu:--nv}", "--bind", "{input}:/share/incoming:ro", "--bind", "{output}:/share/outgoing",
            hasImageDirectory ? "{image_path}.sif" : "docker://{image}", "{command}",
        ]
    }

    /// https://docs.podman.io/en/latest/markdown/podman-run.1.html. Without a control group of its own the container
    /// stays in the job's, so that Slurm's limits and its end reach it.
    private static let podman = [
        "podman", "run", "--rm", "--cgroups=disabled", "--network=host", "--log-driver=none", "--entrypoint=",
        "--volume={input}:/share/incoming:ro", "--volume={output}:/share/outgoing", "--user={uid}",
        "--group-add={gid}", "--shm-size={shm}m", "{gpu:--device=nvidia.com/gpu=all}", "--env={environment}", "{image}",
        "{command}",
    ]

    /// https://hpc.github.io/charliecloud/ch-run.html. ch-run strips one pair of single quotes around a value.
    private static let charliecloud = [
        "unshare", "--user", "--map-root-user", "--mount", "--", "/bin/sh", "-c", charliecloudScript, "sh",
        "{image_path}", "{input}", "{output}", "{mount}", "--uid={uid}", "--gid={gid}",
        "--set-env={quoted_environment}",
        "{mount}/root", "--", "{command}",
    ]

    /// ch-run can neither bind read-only nor make the places for its binds in an image. So the image's root becomes the
    /// lower layer of an overlay that ends with the job, and the input is bound read-only first: what a namespace above
    /// has made read-only, nobody below can change.
    ///
    /// The job's environment never touches ch-run's own, and the container gets its image's (`/ch/environment`) first.
    private static let charliecloudScript = """
        image=$1 input=$2 output=$3 place=$4
        shift 4
        export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        fail() { printf 'pman: %s\\n' "$1"; exit 125; }
        read -r _ uid _ </proc/self/uid_map
        read -r _ gid _ </proc/self/gid_map
        { mount -t tmpfs -o mode=0755 pman "$place" &&
            mkdir "$place/upper" "$place/work" "$place/root" "$place/incoming" &&
            mount -t overlay -o "lowerdir=$image,upperdir=$place/upper,workdir=$place/work,userxattr" \\
                pman "$place/root" &&
            cd "$place/root" && mkdir -p share/incoming share/outgoing dev proc sys tmp etc && cd /
        } || fail "the image cannot be mounted: an overlay in a user namespace needs Linux 5.11"
        { mount --bind "$input" "$place/incoming" && mount -o remount,bind,ro "$place/incoming"
        } || fail "the input cannot be mounted read-only"
        own=
        [ ! -f "$image/ch/environment" ] || own=--set-env
        exec env -i PATH="$PATH" USER=pman ch-run --private-tmp --no-passwd --env-no-expand --uid="$uid" --gid="$gid" \\
            --bind="$place/incoming:/share/incoming" --bind="$output:/share/outgoing" --cd=/ \\
            --unset-env='*' --set-env=PATH="$PATH" $own "$@"
        """
}
