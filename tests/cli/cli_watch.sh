#!/bin/sh
# acdr watch on a made-up machine, without libvirt: it puts right what differs and nothing else,
# says who writes the same again and again, logs figures above their limits, and ends when told.
. "$SRC/tests/cli/lib.sh"

root=$tmp/root
make_host "$root"
put "$root/etc/acdr/classes/quiet.conf" "[irq-ban]
[ksm]"
ksm=$root/sys/kernel/mm/ksm/run
acdr="$ACDR --root $root"
watcher=
trap '[ -z "$watcher" ] || kill "$watcher"; rm -rf "$tmp"' EXIT

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
    left=$(($1 * 5))
    shift
    until "$@"; do
        left=$((left - 1))
        [ $left -gt 0 ] || return 1
        sleep 0.2
    done
}
is() { [ "$(cat "$1")" = "$2" ]; }
says() { grep -q -- "$1" "$tmp/log"; }

expect_error 2 "--interval takes" "a wrong interval" $acdr watch --interval soon
expect_error 2 "does not take --for" "another command's option" $acdr watch --for 1

before=$(tree "$root")
expect 0 "once, an idle host" $acdr watch --once
[ ! -s "$tmp/out" ] || fail "an idle host is talked of: $(cat "$tmp/out")"
[ "$before" = "$(tree "$root")" ] || fail "an idle host was changed"

expect 0 "apply" $acdr apply --class quiet --cpus 2-3,10-11 --name pool
conditioned=$(tree "$root")
touch "$tmp/mark"
expect 0 "once, as claimed" $acdr watch --once
[ ! -s "$tmp/out" ] || fail "what is as claimed is talked of: $(cat "$tmp/out")"
[ -z "$(find "$root" -newer "$tmp/mark" -type f)" ] ||
    fail "written though nothing differs: $(find "$root" -newer "$tmp/mark" -type f)"

echo 1 >"$ksm"
expect 0 "once, with drift" $acdr watch --once
grep -q '^repaired num:/sys/kernel/mm/ksm/run: was 1, is 0; ' "$tmp/out" ||
    fail "the repair is not said: $(cat "$tmp/out")"
[ "$conditioned" = "$(tree "$root")" ] || fail "drift was not repaired"

# It stays: drift is put right, ever later, and said to be somebody's doing the third time.
$acdr watch --interval 1 >"$tmp/log" 2>&1 &
watcher=$!
wait_for 20 says '^acdr .* watches$' || fail "it does not begin: $(cat "$tmp/log")"
for _ in 1 2 3; do
    echo 1 >"$ksm"
    wait_for 30 is "$ksm" 0 || fail "KSM is not put back: $(cat "$tmp/log")"
done
says 'pool: num:/sys/kernel/mm/ksm/run is 1 again, found so 3 times, wanted 0: ksmtuned, ' ||
    fail "it does not say who fights: $(cat "$tmp/log")"
says '; latest event: periodic check; next repair in 8 s$' || fail "no back-off: $(cat "$tmp/log")"
# A driver asks for an interrupt: the pool's claims do not know it yet.
mkdir -p "$root/proc/irq/26/eth1"
put "$root/proc/irq/26/smp_affinity" ffff
put "$root/proc/irq/26/smp_affinity_list" 0-15
put "$root/proc/irq/26/effective_affinity_list" 3
sed '$s/ 25:/ 26:/; $s/eth0-25/eth1/' "$root/proc/interrupts" | tail -n 1 >"$tmp/row"
cat "$tmp/row" >>"$root/proc/interrupts"
wait_for 20 is "$root/proc/irq/26/smp_affinity_list" 0-1,4-9,12-15 ||
    fail "the new interrupt is not moved: $(cat "$tmp/log")"
says '^pool: planned again; interrupt 26 has appeared$' || fail "a new plan is not said: $(cat "$tmp/log")"

kill -0 "$watcher" || fail "it has ended by itself: $(cat "$tmp/log")"
kill "$watcher"
wait "$watcher"
code=$?
watcher=
[ $code -eq 0 ] || fail "told to end it ends with $code"
says '^stopped; conditioned guests are not changed$' || fail "it does not say that it ends"
[ "$(cat "$ksm")" = 0 ] || fail "what was conditioned is not any more"

# A guest by what its class says: its memory was swapped out.
rm -rf "$root"
mkdir "$root"
cat "$SRC/tests/hosts/two-nodes-smt.host" "$SRC/tests/domains/running.host" >"$tmp/host"
"$HOST_UNPACK" "$tmp/host" "$root" || fail "the tree cannot be made"
put "$root/etc/acdr/classes/web.conf" "[observe]
interval = 7s
run-delay = 2
swapped = 3 MiB"
cat >"$root/run/libvirt/qemu/running.xml" <<'XML'
<domstatus state='running' pid='5000'><domain type='kvm' id='3'><name>running</name>
<uuid>11111111-0000-4000-8000-000000000012</uuid>
<metadata><acdr:class xmlns:acdr="urn:libacdr:domain:1" name="web"/></metadata>
<memory unit='MiB'>1024</memory><vcpu>2</vcpu></domain></domstatus>
XML
expect 0 "a class with [observe]" $acdr classes web --json
json_is 7s classes 0 observe interval
json_is "3 MiB" classes 0 observe swapped
json_is auto classes 0 observe steal
put "$root/proc/5000/status" "Name:	qemu-system-x86
VmSwap:	    4096 kB"
expect 0 "once, with a guest" $acdr watch --once
grep -q '^running: watched as a guest of shared cores and as its class says, every 7 s: run-delay > 2 ms/s, swapped > 3 MiB, ' "$tmp/out" ||
    fail "it does not say what is watched for: $(cat "$tmp/out")"
grep -q '^running: swapped is 4 MiB, above 3, in 1 sample, since 0 s: memory that was swapped out$' \
    "$tmp/out" || fail "swapped memory is not told: $(cat "$tmp/out")"
grep -q '^running: disturbed by .*swap' "$tmp/out" || fail "no why: $(cat "$tmp/out")"
sed -i 's/4096/3072/' "$root/proc/5000/status"
expect 0 "once, at the limit" $acdr watch --once
grep -q ' is .* above ' "$tmp/out" && fail "what is at its limit is told: $(cat "$tmp/out")"
exit $failed
