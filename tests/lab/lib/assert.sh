# shellcheck shell=bash
# How a scenario says that something is not so: one line, then it ends. Checks inside $( ) end only
# that sub-shell: call them outside.

fail() {
    echo "FAILED: $*"
    exit 1
}

skip() {
    echo "skipped: $*"
    exit 77
}

# reboot_host: end here, and begin the scenario again when the machine has booted once more. Only
# $LAB/out is the same then.
reboot_code=76
reboot_host() { exit "$reboot_code"; }

say() { echo "-- $*"; }

# check WHAT COMMAND...: the command must succeed.
check() {
    local what=$1
    shift
    "$@" || fail "$what"
}

# check_fails WHAT COMMAND...: the command must fail by itself (not by a signal).
check_fails() {
    local what=$1 code
    shift
    "$@"
    code=$?
    ((code != 0 && code < 126)) || fail "$what (exit status $code)"
}

# check_eq WHAT WANTED SEEN
check_eq() { [ "$2" = "$3" ] || fail "$1: wanted '$2', the kernel has '$3'"; }

# check_apart WHAT LIST CLEAN: no CPU of CLEAN is in LIST.
check_apart() {
    ! cpus_overlap "$2" "$3" || fail "$1 may use CPU ${cpus_both[*]} (its list is $2)"
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}
