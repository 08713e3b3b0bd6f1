# shellcheck shell=bash
# What the kernel says, read from /proc, /sys and the cgroup files; never from acdr. Changes nothing
# but for irq_movable, which writes an affinity's own value back to learn whether it may be written.

irq_root=/proc/irq
ksm_run=/sys/kernel/mm/ksm/run
ksm_sleep=/sys/kernel/mm/ksm/sleep_millisecs
numa_balancing=/proc/sys/kernel/numa_balancing
thp=/sys/kernel/mm/transparent_hugepage
unbound_mask=/sys/devices/virtual/workqueue/cpumask

# task_list: PID TID PPID FIXED ALLOWED COMM of every thread there is; FIXED is 1 where the kernel
# lets nobody move it (PF_NO_SETAFFINITY). No fork per task: under emulation that takes minutes.
task_list() {
    {
        grep -sH . /proc/[0-9]*/task/[0-9]*/stat
        grep -sHE '^(Name|PPid|Cpus_allowed_list):' /proc/[0-9]*/task/[0-9]*/status
    } | awk '{
            n = index($0, ":"); split(substr($0, 1, n - 1), path, "/"); text = substr($0, n + 1)
            task = path[3] " " path[5]
        }
        path[6] == "stat" {
            sub(/.*\) /, "", text); split(text, f, " ")
            fixed[task] = int(f[7] / 67108864) % 2
            next
        }
        { n = index(text, ":"); key = substr(text, 1, n - 1); value = substr(text, n + 2) }
        key == "Name" { comm = value }
        key == "PPid" { ppid = value }
        key == "Cpus_allowed_list" && task in fixed { print task, ppid, fixed[task], value, comm }'
}

# task_allowed TID: its allowed list.
task_allowed() { sed -n 's/^Cpus_allowed_list:\t//p' "/proc/$1/status"; }

# fresh_shell_allowed: what a shell that is started now may use.
fresh_shell_allowed() { bash -c "sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status"; }

# irq_table: "N LIST" of every interrupt.
irq_table() { grep -sH '' "$irq_root"/[0-9]*/smp_affinity_list | sed 's|.*/\([0-9]*\)/[^:]*:|\1 |'; }

irq_list() { irq_table | cut -d ' ' -f 1; }

irq_affinity() { cat "$irq_root/$1/smp_affinity_list"; }

irq_movable() {
    local now
    now=$(irq_affinity "$1") || return 1
    (echo "$now" >"$irq_root/$1/smp_affinity_list") 2>/dev/null
}

irq_default() { cpus_from_mask "$(cat "$irq_root/default_smp_affinity")" | cpus_join; }

unbound_cpus() { cpus_from_mask "$(cat "$unbound_mask")" | cpus_join; }

cpus_online() { cat /sys/devices/system/cpu/online; }

node_cpus() { cat "/sys/devices/system/node/node$1/cpulist"; }

nodes_online() { cpus_expand "$(cat /sys/devices/system/node/online)"; }

# cpu_node CPU: its node.
cpu_node() {
    local link
    for link in /sys/devices/system/cpu/cpu"$1"/node[0-9]*; do
        echo "${link##*node}"
    done
}

cpu_siblings() { cat "/sys/devices/system/cpu/cpu$1/topology/thread_siblings_list"; }

# ram_on_nodes PID MIB: "N0=kB N1=kB" of the mappings of at least MIB, which is the guest's RAM.
ram_on_nodes() {
    awk -v min="$(($2 * 1024))" '
        FILENAME ~ /smaps$/ && /^[0-9a-f]+-[0-9a-f]+ / { split($1, range, "-") }
        FILENAME ~ /smaps$/ && $1 == "Size:" && $2 + 0 >= min { ram[range[1]] = 1 }
        FILENAME ~ /numa_maps$/ && $1 in ram {
            kb = 4
            for (i = 2; i <= NF; i++)
                if (split($i, kv, "=") == 2 && kv[1] == "kernelpagesize_kB") kb = kv[2]
            for (i = 2; i <= NF; i++)
                if (split($i, kv, "=") == 2 && kv[1] ~ /^N[0-9]+$/) sum[kv[1]] += kv[2] * kb
        }
        END { for (n in sum) print n "=" sum[n] }' \
        "/proc/$1/smaps" "/proc/$1/numa_maps" | sort | xargs
}

# cgroup_of TID: the folder that holds its CPU set, v1 or v2.
cgroup_of() {
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        sed -n 's|^0::|/sys/fs/cgroup|p' "/proc/$1/cgroup"
    else
        sed -n 's|^[0-9]*:cpuset:|/sys/fs/cgroup/cpuset|p' "/proc/$1/cgroup"
    fi
}

# cgroup_root: where the CPU sets hang.
cgroup_root() {
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo /sys/fs/cgroup
    else echo /sys/fs/cgroup/cpuset; fi
}

# nic_of_driver NAME: the interfaces that have this driver, one a line.
nic_of_driver() {
    local d
    for d in /sys/class/net/*/device/driver; do
        case $(readlink "$d") in */"$1") d=${d%/device*}; echo "${d##*/}" ;; esac
    done
}

# pool_pages NODE KB: the pages of a node's pool, without surplus ones; pool_free: the free ones.
pool_dir() { echo "/sys/devices/system/node/node$1/hugepages/hugepages-$2kB"; }
pool_pages() {
    echo $(($(cat "$(pool_dir "$1" "$2")/nr_hugepages") -
        $(cat "$(pool_dir "$1" "$2")/surplus_hugepages")))
}
pool_free() { cat "$(pool_dir "$1" "$2")/free_hugepages"; }

# huge_kb PID: how much of its memory is of huge pages.
huge_kb() { sed -n 's/^HugetlbPages:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$1/status"; }

# sched_attr TID: "POLICY NICE PRIORITY RUNTIME FLAGS" as sched_getattr(2) says; RUNTIME is the slice
# of an ordinary task, 0 before Linux 6.12.
sched_attr() {
    perl -e '
        my $attr = "\0" x 48;
        syscall(315, 0 + $ARGV[0], $attr, 48, 0) == 0 or exit 1;
        my ($size, $policy, $flags, $nice, $priority, $runtime) = unpack("L L Q l L Q", $attr);
        print "$policy $nice $priority $runtime $flags\n"' "$1"
}

# guest_tid NAME COMM: the threads of that name (an extended regular expression).
guest_tid() { guest_threads "$1" | awk -v comm="^$2" '{ tid = $1; $1 = $2 = ""; sub(/^ */, ""); if ($0 ~ comm) print tid }'; }
