#!/bin/sh
# Nodes that have memory and no CPUs: a guest that is bound to nodes goes there last, and its vCPUs do
# not stay anywhere. Real machines: Xeon with two memory nodes; a host whose memory is all on such nodes.
. "$SRC/tests/cli/lib.sh"

cat >"$tmp/guest.xml" <<'END'
<domain type='kvm'><name>n</name><uuid>11111111-2222-3333-4444-555555555555</uuid>
<memory unit='GiB'>100</memory><vcpu>4</vcpu></domain>
END

# plan HOST CLASS: with --claims, to $tmp/out.
plan() {
    rm -rf "$tmp/root" && mkdir -p "$tmp/root"
    "$HOST_UNPACK" "$SRC/tests/hosts/$1.host" "$tmp/root" || fail "$1: the tree cannot be made"
    mkdir -p "$tmp/root/etc/acdr/classes"
    cp "$SRC/profiles/"* "$tmp/root/etc/acdr/classes/"
    expect 0 "$1 $2" "$ACDR" --root "$tmp/root" plan --xml "$tmp/guest.xml" --class "$2" ${3-}
}

plan snc-xeon strict-numa --claims
grep -q '^  nodes  *0-3$' "$tmp/out" || fail "snc-xeon: not on the nodes with CPUs: $(cat "$tmp/out")"
grep -q 'thread:(vCPU 3) .*set  0-3,8-59,64-111' "$tmp/out" || fail "snc-xeon: vCPU 3 is not bound to them"

plan memory-only strict-numa --claims
grep -q '^  nodes  *8-9$' "$tmp/out" || fail "memory-only: $(cat "$tmp/out")"
grep -q 'thread:(vCPU 3) .*set  2-3,6-7' "$tmp/out" || fail "memory-only: vCPU 3 is not bound near its memory"
grep -q 'the vCPUs run on nodes 1,3,' "$tmp/out" || fail "memory-only: does not say so"
! grep -q 'where the XML' "$tmp/out" || fail "memory-only: tells of pins that the XML does not have"

# Long lists are broken at a comma.
plan snc-xeon strict-numa
awk 'length > 80 { bad = 1; print "too wide: " $0 } END { exit bad }' "$tmp/out" || fail "wider than 80"

# advise: no size made of one node's CPUs and another's memory.
expect 0 advise "$ACDR" --root "$tmp/root" advise --vcpus 4 --memory 100G
grep -q '^largest guest of one node: 26 vCPUs, less than 32249 MiB$' "$tmp/out" ||
    fail "advise: $(grep largest "$tmp/out")"
exit $failed
