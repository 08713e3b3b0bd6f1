# shellcheck shell=bash
# What happened on each CPU and to each guest between two moments, from the kernel's own counters.

# counters FILE: lines "KIND CPU N" of every CPU: softirqs by name, irq (of devices), and the rows of
# /proc/interrupts that have no number (TLB, RES, CAL, LOC).
counters() {
    {
        awk 'NR == 1 { for (i = 1; i <= NF; i++) cpu[i] = substr($i, 4); n = NF; next }
            { kind = "soft-" substr($1, 1, length($1) - 1)
              for (i = 1; i <= n; i++) print kind, cpu[i], $(i + 1) }' /proc/softirqs
        awk 'NR == 1 { for (i = 1; i <= NF; i++) cpu[i] = substr($i, 4); n = NF; next }
            $1 ~ /^[0-9]+:$/ { for (i = 1; i <= n; i++) sum[i] += $(i + 1); next }
            NF > n { kind = substr($1, 1, length($1) - 1)
              for (i = 1; i <= n; i++) print kind, cpu[i], $(i + 1) }
            END { for (i = 1; i <= n; i++) print "irq", cpu[i], sum[i] }' /proc/interrupts
    } >"$1"
}

# counters_delta BEFORE AFTER KIND CPULIST: the sum over these CPUs.
counters_delta() {
    awk -v kind="$3" -v list="$(cpus_expand "$4" | xargs)" '
        BEGIN { n = split(list, l, " "); for (i = 1; i <= n; i++) want[l[i]] = 1 }
        $1 == kind && $2 in want { sum += FNR == NR ? -$3 : $3 }
        END { print sum + 0 }' "$1" "$2"
}

# guest_switches NAME KIND: context switches of its vCPU threads so far; KIND is voluntary_ctxt_switches
# or nonvoluntary_ctxt_switches.
guest_switches() {
    local pid
    pid=$(guest_pid "$1")
    grep -lsE '^CPU [0-9]+/' "/proc/$pid"/task/*/comm | sed 's|comm$|status|' |
        xargs grep -h "^$2:" | awk '{ sum += $2 } END { print sum + 0 }'
}

# guest_exits NAME: KVM exits so far.
guest_exits() {
    cat /sys/kernel/debug/kvm/"$(guest_pid "$1")"-*/exits 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }'
}
