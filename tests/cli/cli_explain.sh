#!/bin/sh
# acdr explain: a guest's place against the others, a CPU, an interrupt.
. "$SRC/tests/cli/lib.sh"

make_host "$tmp/root"
put "$tmp/root/etc/acdr/classes/own.conf" "[vcpus]
need = must"
put "$tmp/root/etc/acdr/classes/quiet.conf" "[vcpus]
[irq-ban]"
explain() { "$ACDR" --root "$tmp/root" explain "$@"; }
make_guest "$tmp/small.xml" small 2 own
make_guest "$tmp/wide.xml" wide 8 own
before=$(tree "$tmp/root")

expect 0 "a guest" explain --xml "$tmp/small.xml" --json
json_is 2 vcpus
json_is 1048576 memory_kb
json_is 2 nodes
json_is 8 nodes 0 cpus
json_is 2 nodes 0 housekeeping
json_is 6 nodes 0 room
json_is 0 nodes 0 taken
json_is 0 nodes 0 lacks
json_is 1 nodes 0 cost nodes
json_is 1 best place vcpus 0 cpus
json_is true best exact
json_is null gain
json_is borrowed terms 0 term
expect 0 "a guest" explain --xml "$tmp/small.xml"
for line in 'it would go to:' 'nodes  *1  *1  *1  .*' 'no better place is possible now'; do
    grep -qx "$line" "$tmp/out" || fail "no line: $line"
done

# A node that others have most of, and a guest that none holds.
expect 0 "a pool" "$ACDR" --root "$tmp/root" apply --class quiet --cpus 1-2,9-10 --name pool
expect 0 "beside a pool" explain --xml "$tmp/small.xml" --json
json_is 4 nodes 0 taken
json_is 2 nodes 0 room
expect 0 "a wide guest" explain --xml "$tmp/wide.xml" --json
json_is CPUs nodes 0 lacks 0
json_is null nodes 0 cost
expect 0 "a wide guest" explain --xml "$tmp/wide.xml"
grep -q '^0  *8  *2  *4  *2 .*CPUs$' "$tmp/out" || fail "what node 0 lacks is not said"

expect 0 "a CPU" explain cpu 9 --json
json_is pool owner
json_is 1,9 core
expect 0 "a CPU" explain cpu 9
grep -q '^clean for   pool$' "$tmp/out" || fail "whose CPU 9 is is not said"
grep -q '^timer  *tick ' "$tmp/out" || fail "the tick is not listed"

# The pool's class keeps the interrupt off its cores; node 0 has it no more.
expect 0 "an interrupt" explain irq 24 --json
json_is eth0-24 name
json_is true movable
json_is 0,3-8,11-15 affinity
json_is 0-15 was
json_is irq-ban claims 0 step
json_is pool claims 0 owner
json_is 0 owners
put "$tmp/root/proc/irq/25/smp_affinity_list" 0-3
expect 0 "one that somebody moved back" explain irq 25
grep -q '^clean cores   1-2 of pool: \[irq-ban\] in its class keeps it away$' "$tmp/out" ||
    fail "whose cores interrupt 25 comes to is not said"
put "$tmp/root/proc/irq/25/smp_affinity_list" 0,3-8,11-15
expect 0 "the pool goes" "$ACDR" --root "$tmp/root" release pool

expect_error 1 "does not exist" "no such CPU" explain cpu 99
expect_error 1 "does not exist" "no such interrupt" explain irq 99
expect_error 1 "has no class" "no tag" explain --xml "$SRC/tests/domains/two-vcpus.xml"
expect_error 2 "not a number of a CPU" "no number" explain cpu one
expect_error 2 "goes with cpu or irq" "two guests" explain one two
expect_error 2 "is needed" "nothing" explain
expect_error 2 "go with a guest" "a class and a CPU" explain cpu 1 --class own
rm -rf "$tmp/root/run"
[ "$before" = "$(tree "$tmp/root")" ] || fail "explain changed something"
[ $failed -eq 0 ] || cat "$tmp/out"
exit $failed
