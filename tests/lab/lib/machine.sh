# shellcheck shell=bash
# Prepare a machine for its scenarios, and give it back.

machine_prepare() {
    local module cpu
    mkdir -p "$lab_run"
    for cpu in $(cpus_expand "$LAB_OFFLINE"); do
        echo 0 >"/sys/devices/system/cpu/cpu$cpu/online" || { echo "CPU $cpu stays online"; return 1; }
    done
    for module in $LAB_MODULES; do
        modprobe "$module" || { echo "no kernel module $module"; return 1; }
    done
    kvm_hold
    guest_firmware
    daemons_configure
    syslog_start
    services_run || return 1
    stage_install
    libvirtd_start || { echo "libvirtd does not answer"; return 1; }
    machine_warm_up || { echo "an untagged guest does not start"; return 1; }
    machine_noise
}

# kvm_hold: a VM that nobody runs. The kernel patches its scheduler when the first one comes and when
# the last one goes, and an emulated machine may not survive that (boot.sh): so it happens here only.
kvm_hold() {
    [ "$LAB_GUEST" = kvm ] && [ "$LAB_INIT" != none ] || return 0
    python3 -c 'import fcntl, signal
kvm = open("/dev/kvm", "rb+", 0)
fcntl.ioctl(kvm, 0xAE01, 0)  # KVM_CREATE_VM, kept open by not being closed
signal.pause()' &
}

# services_run: those that the conf names are there, and stay.
services_run() {
    local unit
    for unit in $LAB_SERVICES; do
        # unchecked: the status is there to be read
        systemctl -q is-active "$unit" || { systemctl status "$unit"; echo "no $unit"; return 1; }
    done
}

# stage_install: the build over the machine's own (thrown-away) root, before libvirtd looks for
# hooks.
stage_install() {
    [ -d "$LAB/stage" ] || return 0
    cp -a "$LAB/stage/." / && ldconfig
}

# A first guest leaves libvirt's own parent cgroup and what modules it needs behind; all snapshots
# are taken after that.
machine_warm_up() {
    define_guest warm-up 1 64
    start_guest warm-up && stop_guest warm-up && virsh -q undefine warm-up
}

# What conditioning turns off has to be on before. KSM then sleeps, for it splits the huge pages that
# it looks into, and since Linux 6.12 a split gives back what is all zero: not all RAM of a guest that
# writes nothing would be there to be looked for.
machine_noise() {
    cat "$ksm_sleep" >"$lab_run/ksm_sleep.was"
    echo 3600000 >"$ksm_sleep"
    cat "$ksm_run" >"$lab_run/ksm.was"
    echo 1 >"$ksm_run"
    [ -e "$numa_balancing" ] || return 0
    cat "$numa_balancing" >"$lab_run/numa_balancing.was"
    echo 1 >"$numa_balancing"
}

machine_quiet() {
    [ ! -e /run/acdr/journal ] || { pools_release; acdr settle; }
    syslog_stop
    [ -s "$lab_run/ksm.was" ] || return 0
    cat "$lab_run/ksm.was" >"$ksm_run"
    cat "$lab_run/ksm_sleep.was" >"$ksm_sleep"
    [ ! -e "$numa_balancing" ] || cat "$lab_run/numa_balancing.was" >"$numa_balancing"
    rm -f "$lab_run"/*.was
}

machine_release() {
    guests_remove
    libvirtd_stop || echo "libvirtd does not stop"
    virtlogd_stop || echo "virtlogd does not stop"
    machine_quiet
}

machine_shell() {
    local rc
    rc=$(mktemp "$lab_run/rc.XXXXXX")
    echo "set +u; . $LAB_LIB/inside.sh; set +u; PS1='$LAB_MACHINE# '" >"$rc"
    echo "The helpers of $LAB_LIB are loaded. Leave with 'exit'."
    if [ "$LAB_INIT" = none ]; then bash --rcfile "$rc" -i
    else busybox setsid -c bash --rcfile "$rc" -i; fi
}
