#!/bin/sh
# acdr metrics, map and why over a tree with a guest: the text is what other programs' parsers take.
. "$SRC/tests/cli/lib.sh"

root=$tmp/root
mkdir "$root"
cat "$SRC/tests/hosts/two-nodes-smt.host" "$SRC/tests/domains/running.host" >"$tmp/host"
"$HOST_UNPACK" "$tmp/host" "$root" || fail "the tree cannot be made"
cat >"$root/run/libvirt/qemu/running.xml" <<'XML'
<domstatus state='running' pid='5000'><domain type='kvm' id='3'><name>running</name>
<uuid>11111111-0000-4000-8000-000000000012</uuid><memory unit='MiB'>1024</memory><vcpu>2</vcpu>
<devices><disk type='file' device='disk'><source file='/img/a "b"\c.raw'/><target dev='vda'/></disk>
<interface type='bridge'><source bridge='br0'/><target dev='vnet3'/></interface></devices>
</domain></domstatus>
XML
for tid in 5003 5004; do
    echo "$tid (CPU $((tid - 5003))/KVM) R 1 1 1 0 -1 4194624 0 0 0 0 200 100 0 0 20 0 1 0 $tid 0 0 1 1 1 0 0 0 0" \
        "0 0 0 0 0 0 17 1 0 0 0 100 0" >"$root/proc/5000/task/$tid/stat"
    echo "3000000000 5000000 7" >"$root/proc/5000/task/$tid/schedstat"
done
printf '       CPU0  CPU1\nNET_RX: 5 4000000000\n' >"$root/proc/softirqs"

expect 0 "metrics" "$ACDR" --root "$root" metrics
cp "$tmp/out" "$tmp/open"
for line in '# TYPE acdr_thread_run_seconds counter' '# UNIT acdr_thread_run_seconds seconds' \
    'acdr_thread_run_seconds_total{guest="running",thread="vcpu0",tid="5003"} 3' \
    'acdr_thread_run_delay_seconds_total{guest="running",thread="vcpu0",tid="5003"} 0.005' \
    'acdr_cpu_softirqs_total{cpu="1",kind="NET_RX"} 4000000000' \
    'acdr_guest_disk_info{guest="running",device="vda",source="/img/a \"b\"\\c.raw"} 1'; do
    grep -qxF "$line" "$tmp/open" || fail "metrics does not say: $line"
done
[ "$(tail -n 1 "$tmp/open")" = "# EOF" ] || fail "metrics does not end with # EOF"
expect 0 "one guest" "$ACDR" --root "$root" metrics running --probes "cpu, map"
grep -q acdr_thread_run "$tmp/out" || fail "--probes: the one that was asked is not there"
grep -q softirqs "$tmp/out" && fail "--probes: one that was not asked is there"
expect 0 "another guest" "$ACDR" --root "$root" metrics other --probes map
grep -v '^#\|^acdr_probe_running' "$tmp/out" && fail "a guest that does not run has figures"
grep -qxF 'acdr_probe_running{probe="kvm"} 0' "$tmp/open" || fail "a probe that cannot run is not told"
grep -qxF 'acdr_probe_running{probe="cpu"} 1' "$tmp/open" || fail "a probe that runs is not told"
grep -q 'probe="\(pmu\|exits\)"' "$tmp/open" && fail "what counts only while it watches is asked for one look"
expect 0 "a probe by name" "$ACDR" --root "$root" metrics --probes "pmu, exits"
grep -q 'probe="exits"' "$tmp/out" || fail "--probes: exits is not asked by name"
expect_error 1 "unknown probe" "a wrong probe" "$ACDR" --root "$root" metrics --probes bogus

expect 0 "textfile" "$ACDR" --root "$root" metrics --textfile
cp "$tmp/out" "$tmp/old"
grep -qxF '# TYPE acdr_thread_run_seconds_total counter' "$tmp/old" || fail "a counter's old name"
grep -q '^# UNIT\|^# EOF\| info$' "$tmp/old" && fail "textfile has what that format has not"

expect 0 "map" "$ACDR" --root "$root" map running
grep -q '^interface vnet3 .* bridge br0$' "$tmp/out" || fail "map does not show the interface"
grep -q '^vcpu1 *5004 *CPU 1/KVM *0-1' "$tmp/out" || fail "map does not show vcpu1"
expect_error 1 "does not run" "map of none" "$ACDR" --root "$root" map other

expect_error 2 "does not run" "why of none" "$ACDR" --root "$root" why other --for 1
expect_error 2 "takes seconds" "why for no time" "$ACDR" --root "$root" why running --for soon
expect 0 "why" "$ACDR" --root "$root" why running --for 1s
grep -q "^nothing disturbed running" "$tmp/out" || fail "why: $(cat "$tmp/out")"

# What others make of it: both parsers are Prometheus' own.
if /usr/bin/python3 -c 'import prometheus_client' 2>"$tmp/err"; then
    /usr/bin/python3 - "$tmp/open" <<'PYTHON' || fail "the OpenMetrics parser does not take it"
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
families = list(text_string_to_metric_families(open(sys.argv[1]).read()))
samples = sum(len(f.samples) for f in families)
sys.exit(0 if len(families) >= 8 and samples >= 30 else f"{len(families)} metrics, {samples} samples")
PYTHON
fi
if command -v promtool >/dev/null; then
    promtool check metrics <"$tmp/old" >"$tmp/out" 2>&1 || fail "promtool: $(cat "$tmp/out")"
fi
exit $failed
