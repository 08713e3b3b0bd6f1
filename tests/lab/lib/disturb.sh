# shellcheck shell=bash
# Disturbances of a conditioned guest, planted and lifted again. disturb_NAME plants one for guest a,
# whose vCPU has the CPU $core; $layer and $culprit (an extended regular expression) say what must be
# told of it. What it changed and started, undisturb takes back.

disturb_names="kthread interrupt sibling memory steering ksm emulator throttled"
disturb_pids=() disturb_undo=()

undisturb() {
    local i
    ((${#disturb_pids[@]} == 0)) || kill "${disturb_pids[@]}" 2>/dev/null
    for ((i = ${#disturb_undo[@]} - 1; i >= 0; i--)); do
        eval "${disturb_undo[i]}" || say "not taken back: ${disturb_undo[i]}"
    done
    disturb_pids=() disturb_undo=()
}

# until_lifted COMMAND...: for undisturb.
until_lifted() { disturb_undo+=("$(printf '%q ' "$@")"); }

write_file() { echo "$1" >"$2"; }

# set_file FILE VALUE: until it is lifted.
set_file() {
    until_lifted write_file "$(cat "$1")" "$1"
    echo "$2" >"$1"
}

# burn: a process of that name that does nothing else.
burn() {
    printf acdr-burner >"/proc/$BASHPID/comm"
    while :; do :; done
}

# A kernel thread that the kernel binds to the core: the packet generator's.
disturb_kthread() {
    layer='task' culprit="kpktgend_$core"
    modprobe pktgen && ip link add acdr-void type dummy && ip link set acdr-void up || return
    until_lifted modprobe -r pktgen
    until_lifted ip link del acdr-void
    until_lifted write_file stop /proc/net/pktgen/pgctrl
    echo "add_device acdr-void@$core" >"/proc/net/pktgen/kpktgend_$core" &&
        echo "count 0" >"/proc/net/pktgen/acdr-void@$core" || return
    echo start >/proc/net/pktgen/pgctrl &
}

# The interrupt of the disk that this machine runs from.
disturb_interrupt() {
    local irq
    layer='interrupt'
    while :; do cat /usr/bin/perl >/dev/null; done &
    disturb_pids+=("$!")
    irq=$(interrupt_busy)
    culprit="^IRQ $irq "
    [ -n "$irq" ] && set_file "$irq_root/$irq/smp_affinity_list" "$core"
}

# interrupt_busy: the device's interrupt that comes most often just now, and may be moved.
interrupt_busy() {
    local irq
    for irq in $({ cat /proc/interrupts; sleep 3; cat /proc/interrupts; } | awk '
        /CPU0/ { n = NF; look++; next }
        $1 ~ /^[0-9]+:$/ { for (i = 2; i <= n + 1; i++) sum[$1] += look == 1 ? -$i : $i }
        END { for (irq in sum) if (sum[irq] > 30) print sum[irq], irq + 0 }' | sort -rn | cut -d ' ' -f 2); do
        ! irq_movable "$irq" || { echo "$irq"; return; }
    done
}

# From outside nobody comes to a core that is clean: the group of the vCPU holds the siblings too.
disturb_sibling() {
    local group sibling
    layer='sibling' culprit='acdr-burner'
    sibling=$(cpus_expand "$(cpu_siblings "$core")" | grep -vx "$core") || return
    group=$(cgroup_of "$(guest_tid a 'CPU 0/')")
    burn &
    disturb_pids+=("$!")
    echo "$!" >"$(scope_of a)/cgroup.procs" && echo "$!" >"$group/cgroup.threads" || return
    taskset -pc "$sibling" "$!" >/dev/null
}

# scope_of NAME: the group that all groups of the guest are in, where a process may enter.
scope_of() { cgroup_of "$(guest_tid "$1" 'CPU 0/')" | sed 's|/libvirt/.*||'; }

# Pages of the guest on the other node: migrate_pages(2).
disturb_memory() {
    local here there
    layer='memory' culprit='of its memory is on node'
    here=$(cpu_node "$core")
    there=$(nodes_online | grep -vx "$here" | head -n 1)
    [ -n "$there" ] || return
    migrate_pages "$(guest_pid a)" "$here" "$there" || return
    until_lifted migrate_pages "$(guest_pid a)" "$there" "$here"
}

# migrate_pages PID FROM TO: 0 also where some pages stayed.
migrate_pages() {
    perl -e 'my ($pid, $from, $to) = @ARGV;
        syscall(256, 0 + $pid, 64, pack("Q", 1 << $from), pack("Q", 1 << $to)) >= 0 or exit 1' "$@"
}

# Packets that guest b sends, steered to the core.
disturb_steering() {
    local tap
    tap=$(virsh -q domiflist b | awk 'NR == 1 { print $1 }') || return
    layer='softirq' culprit="$tap/rx-0.*guest b"
    ip netns exec acdr-load busybox ping -q -A 10.99.0.3 >/dev/null &
    disturb_pids+=("$!")
    set_file "/sys/class/net/$tap/queues/rx-0/rps_cpus" "$(printf '%x' $((1 << core)))"
}

disturb_ksm() {
    layer='memory' culprit='KSM'
    set_file /sys/kernel/mm/ksm/pages_to_scan 5000
    set_file "$ksm_sleep" 100
    until_lifted write_file 0 "$ksm_run"
    until_lifted write_file 2 "$ksm_run"
    echo 1 >"$ksm_run"
}

# The emulator thread among the threads of the vCPU, and something for it to do.
disturb_emulator() {
    local tid
    layer='guest' culprit='its own guest a: emulator'
    tid=$(guest_pid a)
    until_lifted write_file "$tid" "$(cgroup_of "$tid")/cgroup.threads"
    echo "$tid" >"$(cgroup_of "$(guest_tid a 'CPU 0/')")/cgroup.threads" || return
    # unchecked: it is load, and ends with the guest
    while :; do virsh -q qemu-monitor-command a --hmp 'info mtree -f' >/dev/null; done &
    disturb_pids+=("$!")
}

disturb_throttled() {
    layer='cgroup' culprit='bandwidth limit'
    until_lifted vcpu_quota -1
    vcpu_quota 40000
}

vcpu_quota() { virsh -q schedinfo a --live --set "vcpu_quota=$1" >/dev/null; }
