#!/bin/sh
# acdr apply, status, verify, settle, release: a pool of CPUs on a made-up machine, and back.
. "$SRC/tests/cli/lib.sh"

make_host "$tmp/root"
put "$tmp/root/etc/acdr/classes/quiet.conf" "[irq-ban]
[ksm]"
put "$tmp/root/etc/acdr/classes/other.conf" "[ksm]"
acdr="$ACDR --root $tmp/root"
irq=$tmp/root/proc/irq/24/smp_affinity_list
ksm=$tmp/root/sys/kernel/mm/ksm/run
before=$(tree "$tmp/root")

expect 0 "status of an idle host" $acdr status --json
json_is 0 domains
json_is 0 static
expect 0 "verify of an idle host" $acdr verify --json
json_is 0 drift
expect 0 "settle of an idle host" $acdr settle
grep -q 'nothing to repair' "$tmp/out" || fail "settle of an idle host repairs"
expect_error 1 "pool" "release of what is not there" $acdr release pool
expect_error 1 "nope" "apply with an unknown class" $acdr apply --class nope --cpus 2-3 --name pool
expect_error 1 "acdr: " "apply with no CPUs" $acdr apply --class quiet --cpus 2-x --name pool
expect_error 1 "acdr: " "apply with CPUs that are not there" $acdr apply --class quiet --cpus 99 --name pool
expect_error 1 "acdr: " "apply with a UUID" \
    $acdr apply --class quiet --cpus 2-3 --name c7a5fdbd-cdaf-9455-926a-d65c16db1809
[ "$before" = "$(tree "$tmp/root")" ] || fail "a refused apply changed the host"

expect 0 "apply" $acdr apply --class quiet --cpus 2-3,10-11 --name pool
[ "$(cat "$irq")" = 0-1,4-9,12-15 ] || fail "IRQ 24 may come to $(cat "$irq")"
[ "$(cat "$ksm")" = 0 ] || fail "KSM is $(cat "$ksm")"
expect 0 "status" $acdr status --json
json_is 1 static
json_is pool static 0 name
json_is quiet static 0 class
json_is conditioned static 0 state
json_is 2-3,10-11 static 0 cpus
expect 0 "status" $acdr status
grep -q '^pool  quiet  conditioned  2-3,10-11  ' "$tmp/out" || fail "status: $(cat "$tmp/out")"
expect 0 "status of the pool alone" $acdr status pool
grep -q '^static pool, class quiet, CPUs 2-3,10-11: conditioned$' "$tmp/out" || fail "status: $(cat "$tmp/out")"
expect_error 1 "nobody" "status of somebody else" $acdr status nobody
expect 0 "verify" $acdr verify
expect 0 "the same apply again" $acdr apply --class quiet --cpus 2-3,10-11 --name pool
expect_error 1 "pool" "apply with other CPUs" $acdr apply --class quiet --cpus 5 --name pool
expect_error 1 "acdr: " "CPUs that are taken" $acdr apply --class other --cpus 3 --name second

echo 0-15 >"$irq"
expect 1 "verify sees drift" $acdr verify
grep -q "^pool: irq-ban: irq:24/eth0-24: should be 0-1,4-9,12-15, is 0-15\$" "$tmp/out" ||
    fail "verify prints: $(cat "$tmp/out")"
grep -q '^    likely cause: irqbalance' "$tmp/out" || fail "verify names no cause: $(cat "$tmp/out")"
grep -q '^    fix: acdr settle$' "$tmp/out" || fail "verify names no remedy: $(cat "$tmp/out")"
expect 1 "verify --json sees drift" $acdr verify --json
json_is 1 drift
json_is irq:24/eth0-24 drift 0 knob
json_is 0-15 drift 0 now
expect 0 "settle" $acdr settle --json
json_is 1 repaired
json_is irq:24/eth0-24 repaired 0 knob
[ "$(cat "$irq")" = 0-1,4-9,12-15 ] || fail "settle left IRQ 24 at $(cat "$irq")"
expect 0 "verify after settle" $acdr verify

expect 0 "release" $acdr release pool
[ "$before" = "$(tree "$tmp/root")" ] || fail "the host was not given back"
[ "$(cat "$irq")" = 0-15 ] || fail "IRQ 24 is left at $(cat "$irq")"
expect_error 1 "pool" "release twice" $acdr release pool

# Several at once; one that is not there does not keep the others.
expect 0 "two pools" $acdr apply --class quiet --cpus 2-3,10-11 --name one
expect 0 "two pools" $acdr apply --class quiet --cpus 4-5,12-13 --name two
expect 1 "release of three" $acdr release one none two
[ "$(cat "$tmp/out")" = "one: released
two: released" ] || fail "release of three: $(cat "$tmp/out")"
grep -q none "$tmp/err" || fail "release of three: $(cat "$tmp/err")"
[ "$before" = "$(tree "$tmp/root")" ] || fail "release of three: the host was not given back"

# What somebody else changed meanwhile is left alone, and named.
expect 0 "apply" $acdr apply --class quiet --cpus 2-3,10-11 --name pool
echo 0-7 >"$irq"
expect 0 "release" $acdr release pool
[ "$(cat "$irq")" = 0-7 ] || fail "release wrote over somebody else's $irq: $(cat "$irq")"
[ "$(cat "$ksm")" = 1 ] || fail "KSM is left at $(cat "$ksm")"
exit $failed
