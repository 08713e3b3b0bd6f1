# shellcheck shell=bash
# Sets of CPUs or nodes as cpulists ("0-3,8"); pure text, and without a fork where it can be, for
# under emulation a fork takes 50 ms.

# cpus_expand LIST: one number a line, sorted. An array's indices are a sorted set.
cpus_expand() {
    local part parts n
    local -a set=()
    IFS=, read -ra parts <<<"$1"
    for part in "${parts[@]}"; do
        for ((n = ${part%-*}; n <= ${part#*-}; n++)); do set[n]=1; done
    done
    ((${#set[@]} == 0)) || printf '%s\n' "${!set[@]}"
}

# cpus_common A B: the numbers that both have, separated by spaces.
cpus_common() {
    local n have
    have=" $(cpus_expand "$2" | xargs) "
    for n in $(cpus_expand "$1"); do
        [ "${have/ $n /}" = "$have" ] || printf '%s ' "$n"
    done
}

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
