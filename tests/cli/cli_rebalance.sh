#!/bin/sh
# acdr rebalance --dry-run: what is said of guests that run on a made-up machine; nothing is changed.
. "$SRC/tests/cli/lib.sh"

make_host "$tmp/root"
put "$tmp/root/etc/acdr/classes/own.conf" "[vcpus]"
rebalance() { "$ACDR" --root "$tmp/root" rebalance "$@"; }

expect 0 "a host without guests" rebalance
grep -qx 'no guest is conditioned' "$tmp/out" || fail "that there is no guest is not said"

# Guest g, two vCPUs, runs on a CPU of each node.
uuid=c7a5fdbd-cdaf-9455-926a-d65c16db1809
make_guest "$tmp/g.xml" g 2 own
mkdir -p "$tmp/root/run/libvirt/qemu" "$tmp/root/run/acdr"
printf "<domstatus state='running' pid='5000'>%s</domstatus>\n" "$(cat "$tmp/g.xml")" \
    >"$tmp/root/run/libvirt/qemu/g.xml"
for stat in stat task/5000/stat; do
    put "$tmp/root/proc/5000/$stat" "5000 (qemu) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 77 0 0 0"
done
put "$tmp/root/proc/5000/numa_maps" "7f00 default anon=20 N0=10 N1=10 kernelpagesize_kB=4"
# journal STATE NODES CPUS
journal() {
    printf 'acdr-journal\t1\t11111111-2222-3333-4444-555555555555\n'
    printf 'entry\t%s\tg\town\tguest\t%s\t5000@77\t0@0\t%%\n' $uuid "$1"
    printf 'place\t%s\t%s\t%s\t%%\t0,8\t0,8\t0,8\t%s\t%%\tmade up\n' $uuid "$2" "$3" "$3"
    printf 'end\tedited\n'
}
journal conditioned 0-1 1,5 >"$tmp/root/run/acdr/journal"
before=$(tree "$tmp/root"; cat "$tmp/root/run/acdr/journal")

expect 1 "one that could be better off" rebalance --dry-run --json
json_is true dry_run
json_is g guests 0 name
json_is possible guests 0 result
json_is cells guests 0 gain term
json_is 2 guests 0 gain now
json_is 0 guests 0 gain "then"
json_is 0-1 guests 0 place nodes
json_is 0 guests 0 better place nodes
json_is null guests 0 why
expect 1 "the same as text" rebalance --dry-run
for line in 'g: would be moved, cells 2 -> 0' '  now' '  would be'; do
    grep -qx "$line" "$tmp/out" || fail "no line: $line"
done

put "$tmp/root/run/libvirt/qemu/g.xml" "$(sed "s|<os>|<devices><hostdev mode='subsystem' type='pci'>\
<source><address domain='0' bus='1' slot='0' function='0'/></source></hostdev></devices><os>|" \
    "$tmp/root/run/libvirt/qemu/g.xml")"
expect 1 "one with a device" rebalance --dry-run g --json
json_is stays guests 0 result
json_is 0 guests 0 better place nodes
expect 1 "one with a device" rebalance --dry-run $uuid
grep -q '^g: not moved, though a better place is free, cells 2 -> 0: .*passed through' "$tmp/out" ||
    fail "what holds it is not said"
put "$tmp/root/run/libvirt/qemu/g.xml" \
    "<domstatus state='running' pid='5000'>$(cat "$tmp/g.xml")</domstatus>"
[ "$before" = "$(tree "$tmp/root"; cat "$tmp/root/run/acdr/journal")" ] ||
    fail "a dry run changed something"


journal degraded 0 1,9 >"$tmp/root/run/acdr/journal"
expect 1 "one that was left half way" rebalance --dry-run --json
json_is possible guests 0 result
json_is refused guests 0 gain term
json_is null guests 0 better place
expect 1 "one that was left half way" rebalance --dry-run
grep -qx 'g: would be conditioned again, which was interrupted' "$tmp/out" ||
    fail "what is to be done for one that was left half way is not said"
journal conditioned 0 1,9 >"$tmp/root/run/acdr/journal"
expect 0 "one that is well" rebalance --dry-run
grep -qx 'g: stays: no better place is possible now' "$tmp/out" || fail "that it stays is not said"

put "$tmp/root/etc/acdr/classes/own.conf" "[vcpu]"
expect 1 "a class that is wrong by now" rebalance --dry-run --json
json_is unknown guests 0 result
json_is null guests 0 gain
put "$tmp/root/etc/acdr/classes/own.conf" "[vcpus]"
expect_error 1 "no guest of that name" "one that is not there" rebalance --dry-run h
expect_error 1 "no guest of that name" "one that is not there" rebalance h
put "$tmp/root/etc/acdr/acdr.conf" "deadline = soon"
expect_error 1 "acdr.conf:1: " "a wrong configuration" rebalance --dry-run
[ $failed -eq 0 ] || cat "$tmp/out"
exit $failed
