#!/bin/sh
# Real /proc/interrupts of other machines, one of 1,152 CPUs: each figure as awk counts it. These are
# samples from outside this tree; without them the test is skipped.
. "$SRC/tests/cli/lib.sh"

samples=$shared/fixtures/interrupts
[ -d "$samples" ] || skip "no $samples"
command -v bzip2 >/dev/null || skip "no bzip2"

# check FILE CPUS ALL: a guest that is pinned to two of the machine's CPUs. Small machines show ALL.
check() {
    root=$tmp/root
    rm -rf "$root"
    mkdir "$root"
    {
        echo "/sys/devices/system/cpu/online	$3"
        echo "/sys/devices/system/cpu/cpu0/topology/core_cpus_list	0"
        sed "/^thread/s/0-1\$/$2/" "$SRC/tests/domains/running.host"
    } >"$tmp/host"
    "$HOST_UNPACK" "$tmp/host" "$root" || fail "$1: the tree cannot be made"
    case $1 in
    *.bz2) bzip2 -dc "$samples/$1" >"$root/proc/interrupts" ;;
    *) cp "$samples/$1" "$root/proc/interrupts" ;;
    esac
    expect 0 "$1" "$ACDR" --root "$root" metrics --probes irq
    sed -n 's/^acdr_cpu_[a-z_]*interrupts_total{cpu="\([0-9]*\)".*\(irq\|kind\)="\([^"]*\)"} \(.*\)/\1 \3 \4/p' \
        "$tmp/out" | awk -v cpus="$2" 'index("," cpus ",", "," $1 ",")' | sort >"$tmp/ours"
    awk -v cpus="$2" 'BEGIN { split(cpus, want, ",") }
        NR == 1 { n = NF; for (i = 1; i <= NF; i++) place[substr($i, 4)] = i; next }
        { sub(/:/, ": ") }
        $1 ~ /:$/ && NF > n {
            for (w in want) if ($(place[want[w]] + 1) + 0 > 0 && $(n + 1) ~ /^[0-9]+$/)
                print want[w], substr($1, 1, length($1) - 1), $(place[want[w]] + 1) }' \
        "$root/proc/interrupts" | sort >"$tmp/theirs"
    [ "$(wc -l <"$tmp/theirs")" -ge 3 ] || fail "$1: awk finds next to nothing"
    cmp -s "$tmp/ours" "$tmp/theirs" || {
        fail "$1: the figures differ"
        diff "$tmp/ours" "$tmp/theirs" | head -n 8
    }
}

check interrupts-1152cpu-x86_64.bz2 7,1100 0-1151
check interrupts-8cpu-x86_64 0,5 0-7
check interrupts-16cpu-s390x 0,15 0-15
check node_exporter-interrupts 0,3 0-3
check node_exporter-interrupts_aarch64 0,1 0-3
exit $failed
