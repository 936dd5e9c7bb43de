#!/bin/bash
# Ends a job: pman-kill.sh JOB. One that runs as another user (CONTAINER_USER) needs the rights of a Slurm operator.
scancel "$1" || sudo -n scancel "$1"
