# A private Slurm cluster of one node on this machine, with Charliecloud. Sourced after processes.sh.
#
#   slurm_start FOLDER   starts it; sets slurm_url, slurm_images (image name:tag is the folder name+tag in it), slurm_log
#                        and slurm_process, its controller
#   slurm_stop           ends it; remains.py takes away the rest

slurm_process= slurm_servers=() slurm_url= slurm_images= slurm_log=

slurm_server() {
    local name=$1
    shift
    start_process "$slurm_folder/$name.log" env SLURM_CONF="$slurm_folder/slurm.conf" \
        SLURMRESTD_SECURITY=disable_user_check "$@"
    slurm_servers+=("$started")
}

slurm_start() {
    slurm_folder=$1
    [ "$(id -u)" -eq 0 ] || fail "a private Slurm is started by root only: sudo env PATH=\"\$PATH\" make demo BACKEND=slurm"
    local ports
    read -r -a ports <<<"$(free_ports 2)"
    slurm_url=unix://$slurm_folder/rest.sock
    slurm_images=$slurm_folder/images
    slurm_log=$slurm_folder/slurmctld.log
    mkdir -p "$slurm_folder"/{state,spool,images}
    # What munged and the nodes open must not be writable by others.
    chmod 755 "$slurm_folder"
    (umask 077 && head -c 128 /dev/urandom >"$slurm_folder/munge.key")
    cat >"$slurm_folder/slurm.conf" <<CONFIGURATION
ClusterName=demo$(basename "$(dirname "$slurm_folder")" | tr -dc 'a-zA-Z0-9' | tail -c 8 | tr 'A-Z' 'a-z')
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$slurm_folder/munge.sock
StateSaveLocation=$slurm_folder/state
SlurmdSpoolDir=$slurm_folder/spool
SlurmctldPidFile=$slurm_folder/slurmctld.pid
SlurmdPidFile=$slurm_folder/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerNode=100
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
MailProg=/bin/true
ReturnToService=2
KillWait=2
SlurmdParameters=config_overrides
NodeName=localhost NodeAddr=127.0.0.1 Port=${ports[1]} CPUs=$(nproc) RealMemory=2000
PartitionName=main Nodes=localhost Default=YES MaxTime=INFINITE State=UP
CONFIGURATION
    slurm_server munged munged --foreground --force --key-file "$slurm_folder/munge.key" \
        --socket "$slurm_folder/munge.sock" --pid-file "$slurm_folder/munged.pid" \
        --log-file "$slurm_folder/munged.log" --seed-file "$slurm_folder/munged.seed"
    wait_until 20 test -S "$slurm_folder/munge.sock" || { last_lines "$slurm_folder/munged.log"; fail "munged does not start"; }
    slurm_server slurmctld slurmctld -D -f "$slurm_folder/slurm.conf"
    slurm_process=$started
    slurm_server slurmd slurmd -D -f "$slurm_folder/slurm.conf" -N localhost
    slurm_server slurmrestd slurmrestd -f "$slurm_folder/slurm.conf" -a rest_auth/local -s openapi/v0.0.38 \
        "unix:$slurm_folder/rest.sock"
    slurm_has_its_node() {
        curl -sS -m 5 --unix-socket "$slurm_folder/rest.sock" http://slurm/slurm/v0.0.38/nodes 2>/dev/null | grep -q '"state": *"idle"'
    }
    wait_until 60 slurm_has_its_node || { last_lines "$slurm_log"; fail "Slurm's node does not get ready"; }
}

slurm_stop() {
    local each
    for each in "${slurm_servers[@]}"; do kill_process "$each"; done
    slurm_servers=()
}
