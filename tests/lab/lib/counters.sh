# shellcheck shell=bash
# What happened on each CPU and to each guest between two moments, from the kernel's own counters.
# They are copied while it goes on, and read when there is time.

tracing=/sys/kernel/tracing
switches_hist='hist:keys=common_cpu,next_pid,next_comm:size=8192'

# switches_count: from here on the kernel counts, on each CPU, to whom it switches.
switches_count() {
    [ -d "$tracing/events" ] || mount -t tracefs tracefs "$tracing" || return
    echo "$switches_hist" >"$tracing/events/sched/sched_switch/trigger"
}

switches_end() { echo "!$switches_hist" >"$tracing/events/sched/sched_switch/trigger"; }

# counters_take FOLDER GUEST...: copy what there is now.
counters_take() {
    local folder=$1 name pid
    mkdir -p "$folder"
    cat /proc/softirqs >"$folder/softirqs"
    cat /proc/interrupts >"$folder/interrupts"
    cat "$tracing/events/sched/sched_switch/hist" >"$folder/switches"
    shift
    for name; do
        pid=$(guest_pid "$name")
        cat "/proc/$pid"/task/*/sched >"$folder/$name.threads"
        cat /sys/kernel/debug/kvm/"$pid"-*/exits >"$folder/$name.exits"
    done
}

# counters_read FOLDER: FOLDER/cpus gets lines "KIND CPU N": softirqs by name, irq (of devices), the rows
# of /proc/interrupts that have no number (TLB, RES, CAL, LOC), and switches to: a vCPU, the CPU's own
# kernel threads (which the kernel binds to it), all others.
counters_read() {
    {
        awk 'NR == 1 { for (i = 1; i <= NF; i++) cpu[i] = substr($i, 4); n = NF; next }
            { kind = "soft-" substr($1, 1, length($1) - 1)
              for (i = 1; i <= n; i++) print kind, cpu[i], $(i + 1) }' "$1/softirqs"
        awk 'NR == 1 { for (i = 1; i <= NF; i++) cpu[i] = substr($i, 4); n = NF; next }
            $1 ~ /^[0-9]+:$/ { for (i = 1; i <= n; i++) sum[i] += $(i + 1); next }
            NF > n { kind = substr($1, 1, length($1) - 1)
              for (i = 1; i <= n; i++) print kind, cpu[i], $(i + 1) }
            END { for (i = 1; i <= n; i++) print "irq", cpu[i], sum[i] }' "$1/interrupts"
        sed -n 's/^{ common_cpu: *\([0-9]*\), .*next_comm: \(.*[^ ]\) *} hitcount: *\([0-9]*\)$/\1 \3 \2/p' \
            "$1/switches" | awk '
            { comm = $3 (NF > 3 ? " " $4 : ""); kind = "to-others" }
            comm ~ "^swapper/" { next }
            comm ~ "^CPU [0-9]+/" { kind = "to-vcpus" }
            comm ~ "^(kworker|ksoftirqd|migration|cpuhp|irq_work)/" $1 "($|:)" { kind = "to-own-threads" }
            { print kind, $1, $2 }'
    } >"$1/cpus"
}

# counters_mean BEFORE AFTER KIND CPULIST: how much more, the mean of these CPUs.
counters_mean() {
    awk -v kind="$3" -v list="$(cpus_expand "$4" | xargs)" '
        BEGIN { n = split(list, l, " "); for (i = 1; i <= n; i++) want[l[i]] = 1 }
        $1 == kind && $2 in want { sum += before ? -$3 : $3 }
        END { print int(sum / n) }' before=1 "$1/cpus" before=0 "$2/cpus"
}

# counters_guest FOLDER GUEST KIND: exits, or of its vCPU threads together nr_voluntary_switches,
# nr_involuntary_switches or se.nr_migrations.
counters_guest() {
    if [ "$3" = exits ]; then
        awk '{ sum += $1 } END { print sum + 0 }' "$1/$2.exits"
    else
        awk -v kind="$3" '/#threads:/ { vcpu = /^CPU [0-9]+\// }
            vcpu && $1 == kind { sum += $3 }
            END { print sum + 0 }' "$1/$2.threads"
    fi
}
