# shellcheck shell=bash
# Everything a scenario may call, in the order of its floors.
set -u -o pipefail
shopt -s nullglob
export LC_ALL=C
lab_run=/run/acdr-lab
for lab_part in cpus assert read knobs counters irqbalance snapshot daemons guests linux disturb conditioned \
    faults machine; do
    # shellcheck source=/dev/null
    . "$LAB_LIB/$lab_part.sh"
done
unset lab_part
