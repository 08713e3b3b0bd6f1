# shellcheck shell=bash
# Outer side: the folder that outlives a run, with kernels, roots and the lock on machines.

lab_cache=${XDG_CACHE_HOME:-$HOME/.cache}/acdr-lab

# cache_ready: root runs what lies there, so nobody else may have put it there.
cache_ready() {
    local mode
    mkdir -p "$lab_cache" || { skip_reason="cannot make $lab_cache"; return 1; }
    mode=$(stat -L -c '%u %A' "$lab_cache")
    case $mode in
    "$(id -u) d"????-??-?) return 0 ;;
    esac
    skip_reason="$lab_cache ($mode) is not a folder that only user $(id -u) can write to; remove it"
    return 1
}

# machine_lock: one machine at a time. Two emulators together take more than twice as long, and a
# guest that is conditioned on the native machine takes its CPU away from everybody.
machine_lock() {
    exec {lab_lock}>"$lab_cache/machine.lock"
    until flock -w 5 "$lab_lock"; do :; done # a signal is heard between two of them
}

machine_unlock() { exec {lab_lock}>&-; }
