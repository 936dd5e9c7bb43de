#!/bin/bash
# Hands a job to Slurm. Cromwell runs it with the job's values on standard input, one name=value a line.
set -euo pipefail

# Directories outside of this one are refused; empty: any that this user may read. Make it pman's STOREBASE.
storebase=${PMAN_STOREBASE:-}
# The script that runs on the compute node; sbatch sends it there.
batch=$(dirname "$(readlink -f "$0")")/pman-job.sh

refuse() {
    printf 'pman-submit: %s\n' "$*" >&2
    exit 1
}

declare -A value=()
while IFS= read -r line; do
    name=${line%%=*}
    case $name in
        cwd | docker_cwd | script | job_name | job_shell | docker | sharedir | input_dir | output_dir | cpu | memory_mb | \
            gpu_limit | number_of_workers | timelimit | slurm_partition | container_user | container_group) ;;
        *) refuse "a value has a line break in it" ;;
    esac
    [ -z "${value[$name]+set}" ] || refuse "$name comes twice: a value has a line break in it"
    value[$name]=${line#*=}
done

# A whole number, or nothing: number NAME
number() {
    [[ ${value[$1]:-} =~ ^[0-9]{0,12}$ ]] || refuse "$1 is no whole number"
    printf %s "${value[$1]:-}"
}

# An absolute path that stays where it says: directory PATH
directory() {
    [[ $1 == /* && $1/ != */../* && $1 != *[[:cntrl:]]* ]] || refuse "no absolute path: $1"
    [ -z "$storebase" ] || [[ $1/ == "${storebase%/}"/* ]] || refuse "$1 is not below $storebase"
}

image=${value[docker]:-}
[[ $image =~ ^[][A-Za-z0-9._:/@-]+$ && $image != -* ]] || refuse "no image's name: $image"
if [ -n "${value[input_dir]:-}" ] && [ -n "${value[output_dir]:-}" ]; then
    input=${value[input_dir]} output=${value[output_dir]}
elif [ -n "${value[sharedir]:-}" ]; then
    input=${value[sharedir]}/incoming output=${value[sharedir]}/outgoing
else
    refuse "the workflow has neither sharedir nor input_dir and output_dir"
fi
directory "$input"
directory "$output"
[[ ${value[slurm_partition]:-} =~ ^[A-Za-z0-9@%+=:,./_-]*$ ]] || refuse "no partition's name"

cwd=${value[cwd]}
options=(
    "--job-name=${value[job_name]}" "--chdir=$cwd" "--output=$cwd/execution/stdout.batch"
    "--error=$cwd/execution/stderr.batch"
)
cpu=$(number cpu) memory=$(number memory_mb) gpus=$(number gpu_limit) workers=$(number number_of_workers)
minutes=$(number timelimit) user=$(number container_user) group=$(number container_group)
[ -z "$cpu" ] || options+=("--cpus-per-task=$cpu")
[ -z "$memory" ] || options+=("--mem=${memory}M")
[ "${gpus:-0}" -eq 0 ] || options+=("--gres=gpu:$gpus")
# A copy of the job on each of as many nodes.
[ "${workers:-1}" -le 1 ] || options+=("--nodes=$workers" "--ntasks=$workers" --ntasks-per-node=1)
# Slurm counts its time limit from the start of the job.
[ -z "$minutes" ] || options+=("--time=$minutes")
[ -z "${value[slurm_partition]:-}" ] || options+=("--partition=${value[slurm_partition]}")

as_user=()
if [ -n "$user$group" ]; then
    [ "$user" != 0 ] && [ "$group" != 0 ] || refuse "jobs do not run as root"
    as_user=(sudo -n)
    [ -z "$user" ] || as_user+=(-u "#$user")
    [ -z "$group" ] || as_user+=(-g "#$group")
    as_user+=(--)
    # The job's user leaves the exit code and the output there.
    chmod 777 "$cwd" "$cwd/execution"
    chmod 755 "${value[script]}"
fi

exec "${as_user[@]}" sbatch "${options[@]}" "$batch" all "${workers:-1}" "$cwd" "${value[docker_cwd]}" "$image" "$input" \
    "$output" "${value[job_shell]}" "${gpus:-0}"
