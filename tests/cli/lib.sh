# Sourced by cli_*.sh. ACDR, JSON_GET and SRC name the command, the JSON reader and the source tree.
# shellcheck shell=sh
set -u
unset ACDR_ROOT
shared=${ACDR_SHARED:-$SRC/../shared}
# Trees of many small files: in memory where there is a place for that.
[ -n "${TMPDIR-}" ] || [ ! -w /dev/shm ] || export TMPDIR=/dev/shm
tmp=$(mktemp -d)
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
failed=0

fail() {
    failed=1
    echo "FAILED: $*"
}

skip() {
    echo "skipped: $*"
    exit 77
}

# expect STATUS WHAT COMMAND...: its output is in $tmp/out and $tmp/err. A failure says why, in lines
# that begin with "acdr: "; nothing else writes to stderr.
expect() {
    want=$1 what=$2
    shift 2
    "$@" >"$tmp/out" 2>"$tmp/err"
    got=$?
    [ $got -eq "$want" ] && return
    fail "$what: exit status $got, expected $want; stderr:"
    head -c 600 "$tmp/err"
}

# expect_error STATUS PATTERN WHAT COMMAND...: fails like that, prints no report, says why.
expect_error() {
    status=$1 pattern=$2 text=$3
    shift 3
    expect "$status" "$text" "$@"
    [ ! -s "$tmp/out" ] || fail "$text: prints on stdout"
    head -n 1 "$tmp/err" | grep -q '^acdr: ' || fail "$text: its message does not begin with 'acdr: '"
    grep -q -- "$pattern" "$tmp/err" ||
        fail "$text: no '$pattern' in: $(cat "$tmp/err")"
}

# json_is VALUE PATH...: the value at that path of the last output.
json_is() {
    value=$1
    shift
    have=$("$JSON_GET" "$@" <"$tmp/out" 2>&1) || have="(none: $have)"
    [ "$have" = "$value" ] || fail "$* is '$have', expected '$value'"
}

# Every file with its content, every link; the journal's folder is not part of the host.
tree() {
    (cd "$1" && find . -path ./run/acdr -prune -o -type f -exec cksum {} + -o -type l -print | sort)
}

put() {
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "$2" >"$1"
}

# make_host DIR: two nodes of four cores with two threads each; node 0 has CPUs 0-3,8-11.
make_host() {
    sys=$1/sys/devices/system
    put "$sys/cpu/online" 0-15
    put "$sys/cpu/possible" 0-15
    put "$sys/cpu/present" 0-15
    put "$sys/cpu/isolated" ""
    for cpu in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        core=$((cpu % 8)) package=$((cpu % 8 / 4))
        [ $package -eq 0 ] && near=0-3,8-11 || near=4-7,12-15
        topology=$sys/cpu/cpu$cpu/topology
        put "$topology/physical_package_id" $package
        put "$topology/core_id" $((core % 4))
        put "$topology/thread_siblings_list" $core,$((core + 8))
        put "$topology/core_siblings_list" $near
        cache=$sys/cpu/cpu$cpu/cache/index3
        put "$cache/level" 3
        put "$cache/type" Unified
        put "$cache/shared_cpu_list" $near
    done
    put "$sys/node/online" 0-1
    for node in 0 1; do
        [ $node -eq 0 ] && near=0-3,8-11 far="10 21" || near=4-7,12-15 far="21 10"
        put "$sys/node/node$node/cpulist" $near
        put "$sys/node/node$node/distance" "$far"
        put "$sys/node/node$node/meminfo" "Node $node MemTotal:       8388608 kB
Node $node MemFree:        6291456 kB
Node $node FilePages:            0 kB
Node $node SReclaimable:         0 kB"
        put "$sys/node/node$node/hugepages/hugepages-2048kB/nr_hugepages" 0
        put "$sys/node/node$node/hugepages/hugepages-2048kB/free_hugepages" 0
    done
    put "$1/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages" 0
    put "$1/sys/kernel/mm/ksm/run" 1
    put "$1/sys/devices/virtual/workqueue/cpumask" ffff
    put "$1/proc/sys/kernel/osrelease" 6.1.0-test
    put "$1/proc/sys/kernel/random/boot_id" 11111111-2222-3333-4444-555555555555
    put "$1/proc/sys/kernel/numa_balancing" 1
    put "$1/proc/mounts" "proc /proc proc rw 0 0"
    put "$1/proc/meminfo" "MemTotal:       16777216 kB"
    {
        printf '%5s' ''
        for cpu in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do printf '%11s' CPU$cpu; done
        echo
        for irq in 24 25; do
            printf '%4s:' $irq
            for cpu in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do printf '%11s' 1; done
            echo "  PCI-MSI 524288-edge      eth0-$irq"
        done
    } >"$1/proc/interrupts"
    put "$1/proc/irq/default_smp_affinity" ffff
    for irq in 24 25; do
        put "$1/proc/irq/$irq/smp_affinity" ffff
        put "$1/proc/irq/$irq/smp_affinity_list" 0-15
        put "$1/proc/irq/$irq/effective_affinity_list" 3
        mkdir "$1/proc/irq/$irq/eth0-$irq"
    done
}

# make_guest FILE NAME VCPUS CLASS: CLASS "" leaves the tag out.
make_guest() {
    tag=
    [ -z "$4" ] || tag="<metadata><acdr:class xmlns:acdr=\"urn:libacdr:domain:1\" name=\"$4\"/></metadata>"
    put "$1" "<domain type='kvm'><name>$2</name><uuid>c7a5fdbd-cdaf-9455-926a-d65c16db1809</uuid>$tag
<memory unit='KiB'>1048576</memory><vcpu>$3</vcpu><os><type arch='x86_64'>hvm</type></os></domain>"
}
