# shellcheck shell=bash
# Outer side: all its parts, in the order of their floors. Sourced by whatever boots a machine, with
# $lab naming tests/lab; the list of parts stands here only.
lab_lib=$lab/lib
for lab_part in trust cache root kernel boot native machines stage results fault_runs; do
    # shellcheck source=/dev/null
    . "$lab_lib/$lab_part.sh"
done
unset lab_part
