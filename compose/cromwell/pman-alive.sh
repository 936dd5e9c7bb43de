#!/bin/bash
# Whether Slurm still has a job: pman-alive.sh JOB. When Slurm itself does not answer, nobody knows: then it has.
answer=$(squeue --noheader --jobs="$1" --format=%i 2>&1)
case $?:$answer in
    0:) exit 1 ;;
    0:*) exit 0 ;;
    *"Invalid job id"*) exit 1 ;;
    *) exit 0 ;;
esac
