# shellcheck shell=bash
# Sets of CPUs or nodes as cpulists ("0-3,8"); pure text, and without a fork where it can be, for
# under emulation a fork takes 50 ms.

# cpus_read LIST: the indices of cpus_set become its numbers, which are sorted by that.
cpus_read() {
    local part parts n
    cpus_set=()
    IFS=, read -ra parts <<<"$1"
    for part in "${parts[@]}"; do
        for ((n = ${part%-*}; n <= ${part#*-}; n++)); do cpus_set[n]=1; done
    done
}

# cpus_expand LIST: one number a line, sorted.
cpus_expand() {
    cpus_read "$1"
    ((${#cpus_set[@]} == 0)) || printf '%s\n' "${!cpus_set[@]}"
}

# cpus_overlap A B: is there a number that both have? cpus_both has all of them.
cpus_overlap() {
    local n mine
    cpus_read "$1"
    mine=("${!cpus_set[@]}")
    cpus_read "$2"
    cpus_both=()
    for n in "${mine[@]}"; do
        [ -z "${cpus_set[n]:-}" ] || cpus_both+=("$n")
    done
    ((${#cpus_both[@]}))
}

# cpus_within A B: does B have every number of A?
cpus_within() {
    cpus_overlap "$1" "$2"
    cpus_read "$1"
    ((${#cpus_both[@]} == ${#cpus_set[@]}))
}

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
