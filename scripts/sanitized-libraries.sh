#!/usr/bin/env bash
# The tests of Core, AMQP and HTTPClient under a sanitizer: scripts/sanitized-libraries.sh address|thread
#
# All other tests under both are in make nightly. The models are left out: values only, and ten times as slow.
set -euo pipefail
cd "$(dirname "$0")/.."
export SANITIZER=${1:?address or thread} LIBRARIES_ONLY=1 PMAN_TEST_WITHOUT=docker
exec scripts/test.sh --filter 'CoreTests|AMQPTests|HTTPClientTests' --skip StartingModelTests --experimental-maximum-parallelization-width 6
