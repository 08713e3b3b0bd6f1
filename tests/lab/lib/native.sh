# shellcheck shell=bash
# Outer side: the job on this machine's own kernel. Its root is an overlay in a mount namespace of
# its own and /run is fresh, so that nothing of the build, libvirt's files or the journal reaches
# the real root; the kernel's settings are the real ones, and the job gives them back.

native_machine() {
    local before
    if pgrep -x libvirtd >/dev/null || pgrep -x virtqemud >/dev/null; then
        skip_reason="a libvirt daemon runs on this machine already"
        return 1
    fi
    [ "$guest" != kvm ] || [ -w /dev/kvm ] || { skip_reason="no /dev/kvm here"; return 1; }
    before=$(native_cgroups)
    : >"$work/out/results"
    machine_lock
    native_job
    native_cgroups | comm -13 <(echo "$before") - | sort -r | xargs -r rmdir 2>/dev/null
    machine_unlock
    grep -q '^end$' "$work/out/results"
}

# The folders that libvirt makes and leaves behind.
native_cgroups() { find /sys/fs/cgroup -type d -path '*/machine*' 2>/dev/null | sort; }

native_job() {
    local began=$SECONDS
    set -- unshare --mount --propagation private "$lab_lib/native-root" "$work"
    if [ "${interactive:-no}" = yes ]; then
        "$@" interactive
        return
    fi
    # A daemon that outlives the job must not keep the lab locked.
    "$@" </dev/null >"$work/out/console" 2>&1 {lab_lock}>&- &
    native_pid=$!
    while kill -0 "$native_pid" 2>/dev/null; do
        sleep 1
        progress
        ((SECONDS - began > deadline)) && [ -z "$lost" ] || continue
        lost="deadline of $deadline s"
        native_end
    done
    native_end
}

# native_end: native-root gives the machine back and ends.
native_end() {
    [ -n "${native_pid:-}" ] || return 0
    kill "$native_pid" 2>/dev/null
    wait "$native_pid" 2>/dev/null
    native_pid=
}
