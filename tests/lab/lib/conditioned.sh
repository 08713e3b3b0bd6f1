# shellcheck shell=bash
# What a running guest of class nfv-dataplane is promised, each item read from the kernel.

# check_conditioned NAME VCPUS MIB
check_conditioned() {
    local clean
    check_vcpus "$1" "$2"
    clean=$(guest_clean "$1")
    say "$1 is on CPUs $(guest_cpus "$1"); clean are $clean"
    check_others_away "$1" "$clean"
    check_irqs_away "$clean"
    check_apart "a shell that is started now" "$(fresh_shell_allowed)" "$clean"
    check_apart "PID 1" "$(task_allowed 1)" "$clean"
    check_apart "the unbound workqueues" "$(unbound_cpus)" "$clean"
    [ -z "$LAB_WAY" ] || check_eq "what keeps $clean clean" "$LAB_WAY" "$(way_of "$clean")"
    check_usual_knobs "$1"
    check_memory "$1" "$3" "$clean"
    check "acdr verify sees drift" acdr verify "$1"
}

# way_of CPUS: what keeps others away from them, by what the kernel shows.
way_of() {
    local slice
    slice=$(cgroup_root)/system.slice/cpuset.cpus
    if cpus_within "$1" "$(cat /sys/devices/system/cpu/isolated)"; then echo isolcpus
    elif cpus_within "$1" "$(cat "$(cgroup_root)/cpuset.cpus.isolated" 2>/dev/null)"; then
        echo partition
    elif [ -n "$(cat "$slice" 2>/dev/null)" ] && ! cpus_overlap "$(cat "$slice")" "$1"; then echo slices
    else echo affinity; fi
}

# check_usual_knobs [NAME]: what a running guest is promised of host-wide settings.
check_usual_knobs() {
    local xml
    check_eq "KSM" 0 "$(cat "$ksm_run")"
    # PREEMPT_RT kernels have none. Memory that a strict numatune binds the kernel passes over by
    # itself, and nothing is changed for it.
    [ -e "$numa_balancing" ] || return 0
    if [ -n "${1:-}" ]; then
        xml=$(virsh -q dumpxml "$1") || fail "no XML of $1"
        [[ $xml != *"<memory mode='strict'"* ]] || return 0
    fi
    check_eq "NUMA balancing" 0 "$(cat "$numa_balancing")"
}

# Each vCPU thread has one CPU, none has another's, all are on one node.
check_vcpus() {
    local lists nodes
    lists=$(guest_vcpus "$1")
    check_eq "number of vCPU threads of $1" "$2" "$(grep -c . <<<"$lists")"
    ! grep -q '[-,]' <<<"$lists" || fail "a vCPU of $1 may use more than one CPU: ${lists//$'\n'/ }"
    check_eq "number of CPUs of $1" "$2" "$(sort -u <<<"$lists" | grep -c .)"
    nodes=$(for c in $lists; do cpu_node "$c"; done | sort -u)
    check_eq "number of nodes of $1" 1 "$(grep -c . <<<"$nodes")"
}

# tasks_on CPUS GUEST_PID: movable tasks that may run there and are no vCPU of that guest.
tasks_on() {
    task_list | awk -v clean="$(cpus_expand "$1" | xargs)" -v guest="$2" '
        function meets(list,    part, range, i, c, n, m) {
            n = split(list, part, ",")
            for (i = 1; i <= n; i++) {
                m = split(part[i], range, "-")
                for (c in want)
                    if (c + 0 >= range[1] + 0 && c + 0 <= range[m] + 0) return 1
            }
            return 0
        }
        BEGIN { n = split(clean, w, " "); for (i = 1; i <= n; i++) want[w[i]] = 1 }
        $4 == 1 || ($1 == guest && $6 == "CPU") { next }
        meets($5) { print }'
}

# A second look, for the kernel moves tasks while new ones are born: who is there in both stays.
check_others_away() {
    local pid first
    pid=$(guest_pid "$1")
    first=$(tasks_on "$2" "$pid")
    [ -n "$first" ] || return 0
    sleep 1
    first=$(tasks_on "$2" "$pid" | grep -xF "$first")
    [ -z "$first" ] || fail "others may run on the CPUs $2 of $1: $(awk '
        { printf "%s%s (tid %s, %s)", (NR > 1 ? ", " : ""), $6, $2, $5 }' <<<"$first" | cut -c1-600)"
}

# guest_clean NAME: the CPUs that are to be nobody else's: its own and their siblings, for the other
# thread of a dedicated core belongs to the same guest or stays idle.
guest_clean() {
    local cpu
    for cpu in $(cpus_expand "$(guest_cpus "$1")"); do
        cpus_expand "$(cpu_siblings "$cpu")"
    done | cpus_join
}

check_irqs_away() {
    local n list
    while read -r n list; do
        cpus_overlap "$list" "$1" || continue
        ! irq_movable "$n" || fail "IRQ $n ($(cat "/sys/kernel/irq/$n/actions")) can be moved and" \
            "may come to $list"
    done < <(irq_table)
    check_apart "an IRQ that is requested later" "$(irq_default)" "$1"
}

# All of the guest's RAM is there (it is allocated at once), and on the node of its CPUs. A page that
# the kernel is moving (compaction, say) is in no map for that moment: only what is missing is waited
# for, never what is on another node.
check_memory() {
    local node seen
    node=$(cpu_node "$(cpus_expand "$3" | head -n 1)")
    wait_for 10 ram_seen "$1" "$2" || fail "not all of the $2 MiB of $1 are in numa_maps: '$seen'"
    [[ $seen =~ ^N$node=[0-9]+$ ]] || fail "RAM of $1 is not on node $node alone: '$seen'"
}

# ram_seen NAME MIB: all of it is in the map, on whatever nodes; $seen says on which.
ram_seen() {
    local kb total=0
    seen=$(ram_on_nodes "$(guest_pid "$1")" "$2")
    for kb in $seen; do total=$((total + ${kb#*=})); done
    ((total >= $2 * 1024))
}

# What acdr says, which is looked at beside the kernel and never in its place.
no_journal_entry() { [ "$(acdr status --json | jq '(.domains + .static) | length')" = 0 ]; }

check_forgotten() { check "acdr status still has an entry" no_journal_entry; }

# libvirt says that a guest runs before it has called `started`.
guest_conditioned() { [ "$(status_state "$1")" = conditioned ]; }

status_state() { acdr status --json | jq -r --arg n "$1" '.domains[] | select(.name == $n).state'; }

# check_given_back: the host looks as it did at remember_host.
remember_host() {
    before=$LAB/out/$LAB_SCENARIO.before
    snapshot "$before"
}

check_given_back() { check "the host is not as it was before${1:+ ($1)}" snapshot_same "$before"; }

# The usual guest: as many vCPUs as fit on every machine this runs on.
usual_mib=64
define_usual() { define_guest "$1" "$LAB_VCPUS" "$usual_mib" nfv-dataplane "${2:-}"; }
check_usual() { check_conditioned "$1" "$LAB_VCPUS" "$usual_mib"; }

# class_like NAME NEED: a class of the scenario's own, as nfv-dataplane but for its need.
class_like() {
    mkdir -p /etc/acdr/classes
    {
        echo "inherit = nfv-dataplane"
        printf '[%s]\nneed = '"$2"'\n' vcpus emulator cleaner irq-ban strict-numa \
            numa-balancing ksm
    } >"/etc/acdr/classes/$1.conf"
}

# controls_fail NAME VCPUS MIB: on a guest that nobody conditioned each check has to fail, or it
# proves nothing on one that is. The guest's RAM may be on one node by chance.
controls_fail() {
    local cpus=1 control
    ! cpus_overlap 0-3,8 4-7,9 || fail "cpus_overlap sees what is not there"
    cpus_overlap 0-3,8 3 || fail "cpus_overlap does not see what is there"
    for control in "check_vcpus $1 $2" "check_others_away $1 $cpus" "check_irqs_away $cpus" \
        "check_apart fresh $(fresh_shell_allowed) $cpus" "check_apart pid1 $(task_allowed 1) $cpus" \
        "check_apart unbound $(unbound_cpus) $cpus" "check_apart later $(irq_default) $cpus" \
        "check_memory $1 $(($3 * 2)) $cpus"; do
        # shellcheck disable=SC2086
        ! ($control) || fail "'$control' passes on a guest that is not conditioned"
    done
}
