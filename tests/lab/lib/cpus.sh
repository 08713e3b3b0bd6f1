# shellcheck shell=bash
# Sets of CPUs or nodes as cpulists ("0-3,8"); pure text.

# cpus_expand LIST: one number a line, sorted.
cpus_expand() {
    local part parts
    IFS=, read -ra parts <<<"$1"
    for part in "${parts[@]}"; do
        [ -z "$part" ] || seq "${part%-*}" "${part#*-}"
    done | sort -un
}

cpus_count() { cpus_expand "$1" | wc -l; }

# cpus_common A B: the numbers that both have, separated by spaces.
cpus_common() { comm -12 <(cpus_expand "$1" | sort) <(cpus_expand "$2" | sort) | xargs; }

cpus_overlap() { [ -n "$(cpus_common "$1" "$2")" ]; }

# cpus_from_mask HEX: the kernel's comma-grouped mask as one number a line.
cpus_from_mask() {
    local hex=${1//,/} i bit digit at=0
    for ((i = ${#hex} - 1; i >= 0; i--, at += 4)); do
        digit=$((16#${hex:i:1}))
        for bit in 0 1 2 3; do
            ((digit >> bit & 1)) && echo $((at + bit))
        done
    done
    return 0
}

# cpus_join: numbers on stdin, one a line, as "0,1,2".
cpus_join() { sort -un | paste -sd, -; }
