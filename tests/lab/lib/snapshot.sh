# shellcheck shell=bash
# The whole surface of the host that conditioning may touch, as sorted text, and what changed
# between two of them. Reads the kernel only.

# snapshot FILE
snapshot() {
    {
        echo "pid1 $(task_allowed 1)"
        snapshot_irqs
        snapshot_files
        snapshot_cgroups
        snapshot_tasks
    } | sort >"$1"
}

# Where irqbalance runs, it moves interrupts as it likes, and what it leaves alone is all that counts.
snapshot_irqs() {
    echo "irq default $(irq_default)"
    if irqbalance_socket >/dev/null; then
        echo "irq balanced not on $(irqbalance_banned)"
        return
    fi
    grep -sH '' /sys/kernel/irq/*/actions "$irq_root"/*/smp_affinity_list | awk '{
        n = index($0, ":"); split(substr($0, 1, n - 1), path, "/"); text = substr($0, n + 1)
        if (path[6] == "actions") action[path[5]] = text
        else print "irq " path[4] "/" action[path[4]] " " text
    }'
}

snapshot_files() {
    grep -sH . "$ksm_run" "$numa_balancing" /proc/sys/kernel/watchdog_cpumask \
        /proc/sys/kernel/timer_migration /proc/sys/vm/stat_interval \
        /sys/devices/system/cpu/cpu*/power/pm_qos_resume_latency_us \
        /sys/devices/system/cpu/cpu*/cpuidle/state*/disable \
        /sys/devices/system/cpu/cpufreq/policy*/{scaling_governor,energy_performance_preference} \
        /sys/block/*/queue/{scheduler,nr_requests,rq_affinity,read_ahead_kb} \
        /sys/module/kvm/parameters/halt_poll_ns \
        /sys/devices/system/machinecheck/machinecheck*/check_interval \
        /sys/kernel/mm/ksm/merge_across_nodes \
        /sys/devices/virtual/workqueue/cpumask* /sys/bus/workqueue/devices/*/cpumask \
        /proc/sys/net/core/rps_sock_flow_entries /sys/class/net/*/queues/*/*ps_cpus \
        /sys/class/net/*/queues/*/rps_flow_cnt /sys/class/net/*/mtu \
        /sys/devices/system/node/node*/hugepages/*/nr_hugepages \
        "$thp"/enabled "$thp"/defrag /proc/sys/kernel/sched_*_ns \
        /sys/kernel/debug/sched/*_ns | sed 's/^/file /; s/:/ /'
}

# Of every cgroup that outlives guests and services: slices, init.scope and what has no unit.
snapshot_cgroups() {
    find "$(cgroup_root)" -mindepth 1 \( -name init.scope -o ! -name '*.libvirt-qemu' \
        ! -name '*.service' ! -name '*.scope' ! -name '*.mount' ! -name '*.socket' \
        ! -name '*.swap' -o -prune -false \) \( -name 'cpuset.cpus*' -o -name 'cpuset.mems*' \
        -o -name cpuset.cpu_exclusive -o -name cpuset.sched_load_balance \
        -o -name cpuset.memory_migrate -o -name cgroup.subtree_control \) -print0 |
        xargs -0 grep -sH '' | sed 's/^/cgroup /; s/:/ /'
}

# A line per distinct name and mask. Left out: kernel threads that nobody may move (kworkers come and
# go, and a rescuer, which before Linux 6.8 has its workqueue's name, keeps the mask of its last
# rescue), threads that live as long as a guest, and the one who looks. The thread of an interrupt
# follows it to one of its CPUs at the next interrupt, and is told as being among them or not; where
# irqbalance moves interrupts, it may be behind for as long as none comes, and is left out.
snapshot_tasks() {
    local balanced=0
    ! irqbalance_socket >/dev/null || balanced=1
    task_list | awk -v self=$$ -v irqs="$irq_root" -v balanced=$balanced '
        function follows(comm, cpu,    name, file, list, part, range, n, m, i) {
            split(comm, name, "[/-]")
            file = irqs "/" name[2] "/smp_affinity_list"
            getline list <file
            close(file)
            n = split(list, part, ",")
            for (i = 1; i <= n; i++) {
                m = split(part[i], range, "-")
                if (cpu ~ /^[0-9]+$/ && cpu >= range[1] + 0 && cpu <= range[m] + 0) return 1
            }
            return list == cpu
        }
        $1 == self { next }
        {
            comm = $6; for (i = 7; i <= NF; i++) comm = comm "_" $i
            kind = ($3 == 2 || $1 == 2) ? "kernel" : "user"
        }
        kind == "kernel" && ($4 == 1 || comm ~ /^(kworker\/|vhost-|kvm-)/) { next }
        comm ~ /^(qemu-system|CPU_|IO_|TC_|call_rcu|vhost-|kvm-)/ { next }
        balanced && comm ~ /^irq\// { next }
        { print "task " kind " " comm " " (comm ~ /^irq\// && follows(comm, $5) ? "follows" : $5) }' |
        sort -u
}

# snapshot_diff A B: prints what differs, and fails if anything does. A process that came or went
# in between is no difference as long as it has the mask that init or kthreadd had.
snapshot_diff() {
    awk '
        { key = $1 " " $2 " " $3 }
        FNR == NR { before[$0] = 1 }
        FNR != NR { after[$0] = 1 }
        $1 == "task" && FNR == NR { known[key] = 1; masks[key] = masks[key] " " $4 }
        $1 == "task" && FNR != NR { still[key] = 1 }
        $1 == "task" && FNR == NR && $3 == "kthreadd" { usual["kernel"] = $4 }
        FNR == NR && $1 == "pid1" { usual["user"] = $2 }
        END {
            for (l in before) if (!(l in after)) {
                split(l, f, " ")
                if (f[1] != "task" || (f[1] " " f[2] " " f[3]) in still) { print "- " l; n++ }
            }
            for (l in after) if (!(l in before)) {
                split(l, f, " "); key = f[1] " " f[2] " " f[3]
                if (f[1] == "task" && !(key in known) && f[4] == usual[f[2]]) continue
                print "+ " l; n++
            }
            exit n > 0
        }' "$1" "$2" | sort -k2 | (differs=0; while IFS= read -r line; do
            echo "$line"; differs=1; done; exit $differs)
}

# snapshot_same A: fails unless the host comes to look like A within some seconds. The kernel takes
# a dead guest's cgroup away at its own pace, so a first look may come too early.
snapshot_same() {
    local now tries
    now=$(mktemp "${TMPDIR:-/tmp}/acdr-now.XXXXXX")
    for tries in 1 2 3 4 5 6 7 8; do
        snapshot "$now"
        if snapshot_diff "$1" "$now" >/dev/null; then
            rm -f "$now"
            return 0
        fi
        sleep 1
    done
    echo "after $tries looks the host differs:"
    snapshot_diff "$1" "$now"
    rm -f "$now"
    return 1
}
