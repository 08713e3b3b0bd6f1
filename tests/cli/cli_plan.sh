#!/bin/sh
# acdr plan and acdr classes: what would be done, wrong tags and classes, and nothing is changed.
. "$SRC/tests/cli/lib.sh"

make_host "$tmp/root"
classes=$tmp/root/etc/acdr/classes
put "$classes/base.conf" "description = pinned
[vcpus]
smt = isolate
need = must"
put "$classes/calm.conf" "description = calm cores
inherit = base
[irq-ban]
[ksm]"
put "$classes/wrong.conf" "[vcpus]
smt = sometimes"
acdr="$ACDR --root $tmp/root"
before=$(tree "$tmp/root")

expect 0 "classes --json" $acdr classes --json
json_is 3 classes
json_is base classes 0 name
json_is null classes 0 error
json_is base classes 1 inherit
json_is wrong classes 2 name
expect 0 "classes" $acdr classes
grep -q '^calm  *calm cores$' "$tmp/out" || fail "classes does not list calm"
grep -q '^wrong  *cannot be used: .*wrong.conf:2: ' "$tmp/out" || fail "classes does not tell what is wrong"
expect 0 "classes calm" $acdr classes calm
for line in '\[vcpus\]' 'smt = isolate' '\[irq-ban\]' 'default = yes' '\[ksm\]'; do
    grep -q "^$line\$" "$tmp/out" || fail "classes calm does not print: $line"
done
expect_error 1 "base, calm, wrong" "an unknown class" $acdr classes nope

make_guest "$tmp/g.xml" g 2 calm
expect 0 "plan --json" $acdr plan --xml "$tmp/g.xml" --json
json_is g domain
json_is calm class
json_is 2 place vcpus
json_is 3 steps
knobs=$(for i in 0 1 2 3 4 5 6 7 8 9; do "$JSON_GET" claims $i knob <"$tmp/out" 2>/dev/null; done)
for knob in irq:24/eth0-24 irq:25/eth0-25 num:/sys/kernel/mm/ksm/run; do
    echo "$knobs" | grep -qx "$knob" || fail "no claim on $knob in: $knobs"
done
a=$("$JSON_GET" place vcpus 0 cpus <"$tmp/out") b=$("$JSON_GET" place vcpus 1 cpus <"$tmp/out")
case "$a $b" in
*[!0-9\ ]*) fail "vCPUs on '$a' and '$b'" ;;
esac
[ $((a % 8)) -ne $((b % 8)) ] || fail "smt = isolate: both vCPUs are on one core: $a, $b"
[ $((a % 8 / 4)) -eq $((b % 8 / 4)) ] || fail "the vCPUs are on two nodes: $a, $b"
for cpu in $a $b; do
    case $cpu in 0 | 4 | 8 | 12) fail "a vCPU is on a housekeeping CPU: $cpu" ;; esac
done
expect 0 "plan" $acdr plan --xml "$tmp/g.xml"
grep -q '^  vcpus (must)' "$tmp/out" || fail "plan does not print the step vcpus and its need"
grep -q '^    2 interrupts: without CPUs ' "$tmp/out" || fail "plan does not count the interrupts"
! grep -q 'irq:24' "$tmp/out" || fail "plan prints claims without --claims"
[ "$(tail -n 1 "$tmp/out")" = "verdict: starts" ] || fail "the verdict: $(tail -n 1 "$tmp/out")"
expect 0 "plan --claims" $acdr plan --xml "$tmp/g.xml" --claims
grep -q "irq:24/eth0-24  *minus " "$tmp/out" || fail "plan does not print the claim on IRQ 24"
expect 0 "the verdict as JSON" $acdr plan --xml "$tmp/g.xml" --json
json_is starts verdict
json_is null because
expect_error 2 "has the claims already" "two forms" $acdr plan --xml "$tmp/g.xml" --json --claims
# A balloon refuses a step: with must the guest would not start, without it is degraded.
put "$classes/firm.conf" "[balloon]
need = must"
put "$classes/soft.conf" "[balloon]
[ksm]"
sed "s|</domain>|<devices><memballoon model='virtio'/></devices></domain>|" "$tmp/g.xml" >"$tmp/balloon.xml"
expect 1 "a step that must be done" $acdr plan --xml "$tmp/balloon.xml" --class firm
tail -n 2 "$tmp/out" | grep -q '^verdict: would not start: balloon: ' || fail "firm: $(cat "$tmp/out")"
expect 1 "the same as JSON" $acdr plan --xml "$tmp/balloon.xml" --class firm --json
json_is refused verdict
expect 3 "a step that may be left out" $acdr plan --xml "$tmp/balloon.xml" --class soft
tail -n 2 "$tmp/out" | grep -q '^verdict: starts degraded: balloon: ' || fail "soft: $(cat "$tmp/out")"
[ "$(awk 'length > 80' "$tmp/out")" = "" ] || fail "plan has lines over 80 columns: $(cat "$tmp/out")"
expect 3 "the same as JSON" $acdr plan --xml "$tmp/balloon.xml" --class soft --json
json_is degraded verdict
rm "$classes/firm.conf" "$classes/soft.conf"
expect 0 "plan from standard input" sh -c "$acdr plan --xml - <'$tmp/g.xml'"
grep -q '^guest g ' "$tmp/out" || fail "plan --xml -"
json_devices() { expect 0 "$1" $acdr plan --xml "$tmp/dev.xml" --json; }
sed "s|</domain>|<devices><hostdev type='pci'><source><address bus='9'/></source></hostdev><hostdev \
type='usb'><source><address bus='1' device='2'/></source></hostdev></devices></domain>|" \
    "$tmp/g.xml" >"$tmp/dev.xml"
json_devices "devices that are not there"
json_is pci devices 0 bus
json_is 0000:09:00.0 devices 0 name
json_is null devices 0 nodes
json_is "it is not on this host now" devices 0 why
json_is usb devices 1 bus
put "$tmp/root/sys/bus/pci/devices/0000:09:00.0/numa_node" 1
json_devices "one that has come"
json_is 1 devices 0 nodes
json_is null devices 0 why
json_is 1 place nodes
rm -r "$tmp/root/sys/bus/pci"
expect 0 "the same as text" $acdr plan --xml "$tmp/dev.xml"
grep -q '^  device     usb 1/2: node unknown: it is not on this host now$' "$tmp/out" ||
    fail "a device that is not there is not told"
tr -s ' \n' ' ' <"$tmp/out" | grep -q ' memory stays where the guest starts: .*pci device 0000:09:00.0' ||
    fail "what pins the memory is not told"

expect 0 "--class takes the tag's place" $acdr plan --xml "$tmp/g.xml" --class base --json
json_is base class
json_is 1 steps
make_guest "$tmp/plain.xml" g 2 ""
expect 0 "no tag" $acdr plan --xml "$tmp/plain.xml"
grep -q 'has no class' "$tmp/out" || fail "an untagged guest is not called so"
expect 0 "no tag --json" $acdr plan --xml "$tmp/plain.xml" --json
json_is null
expect 0 "no tag, --class" $acdr plan --xml "$tmp/plain.xml" --class calm --json
json_is calm class

make_guest "$tmp/bad.xml" g 2 nope
expect_error 1 "base, calm" "a tag with an unknown class" $acdr plan --xml "$tmp/bad.xml"
make_guest "$tmp/bad.xml" g 2 ../base
expect_error 1 "acdr: " "a tag with a slash" $acdr plan --xml "$tmp/bad.xml"
make_guest "$tmp/bad.xml" g 2 wrong
expect_error 1 "wrong.conf:2: smt" "a tag with a class that is wrong" $acdr plan --xml "$tmp/bad.xml"
head -c 100 "$tmp/g.xml" >"$tmp/bad.xml"
expect_error 1 "acdr: " "XML cut off" $acdr plan --xml "$tmp/bad.xml"
make_guest "$tmp/bad.xml" g 99 calm
expect_error 1 "acdr: " "a guest that fits nowhere, and must" $acdr plan --xml "$tmp/bad.xml"
expect 1 "the same as JSON" $acdr plan --xml "$tmp/bad.xml" --json
json_is refused verdict
json_is null place
"$JSON_GET" because <"$tmp/out" | grep -q 'no place: needs 99 ' || fail "no place: $(cat "$tmp/out")"
sed "s|<os>|<memoryBacking><hugepages/></memoryBacking>&|" "$tmp/g.xml" >"$tmp/huge.xml"
expect_error 1 "virsh allocpages" "no huge pages" $acdr plan --xml "$tmp/huge.xml"

# Rules of acdr.conf: what plan, explain and doctor say of them.
make_guest "$tmp/g.xml" g 2 calm
printf '[allow g]\nclasses = calm, nosuch\ncpus = 9\n[allow *]\nclasses = -\n' >"$tmp/root/etc/acdr/acdr.conf"
line="rule       /etc/acdr/acdr.conf:1: \[allow g\]: classes calm, nosuch; 0 of 9 CPUs taken"
expect 0 "plan of a guest with a rule" $acdr plan --xml "$tmp/g.xml"
grep -q "^  $line\$" "$tmp/out" || fail "plan does not show the rule"
expect 0 "explain of a guest with a rule" $acdr explain --xml "$tmp/g.xml"
grep -q "^  $line\$" "$tmp/out" || fail "explain does not show the rule"
expect 0 "explain of a class that the rule refuses" $acdr explain --xml "$tmp/g.xml" --class base
grep -q "^  it breaks the rule: /etc/acdr/acdr.conf:1: .*class base to guest g" "$tmp/out" ||
    fail "explain does not say what breaks the rule"
expect_error 1 "acdr.conf:1: .allow g. does not allow class base" "plan of a class that the rule refuses" \
    $acdr plan --xml "$tmp/g.xml" --class base
status=0
$acdr doctor >"$tmp/out" 2>&1 || status=$?
[ $status -le 1 ] || fail "doctor ended with $status"
grep -q "^$line\$" "$tmp/out" || fail "doctor does not show the rule"
grep -q "^advice: acdr.conf: line 1: .allow g.: no class is called nosuch$" "$tmp/out" ||
    fail "doctor does not find that no class is called nosuch"
rm "$tmp/root/etc/acdr/acdr.conf"
# A guest of another host is in its files; libvirt of this one is not asked.
expect_error 1 "etc/libvirt/qemu/there.xml" "a guest that is not there" $acdr plan there
expect_error 1 "no name of a guest" "a path for a name" $acdr plan ../x
make_guest "$tmp/root/etc/libvirt/qemu/there.xml" there 2 calm
before=$(tree "$tmp/root")
expect 0 "a guest of another host" $acdr plan there --json
json_is there domain
json_is 1 schema_version

[ "$before" = "$(tree "$tmp/root")" ] && [ ! -e "$tmp/root/run/acdr/journal" ] || fail "plan changed the host"
exit $failed

# The path of an interface: the NIC's node is not the guest's, and that is to be seen.
net=$tmp/root/sys/class/net
put "$net/br0/bridge/bridge_id" 0
put "$net/br0/lower_eth0/.keep" ""
put "$net/eth0/upper_br0/.keep" ""
mkdir -p "$tmp/root/sys/bus/pci/devices/0000:3b:00.0"
put "$tmp/root/sys/bus/pci/devices/0000:3b:00.0/numa_node" 7
ln -s ../../../bus/pci/devices/0000:3b:00.0 "$net/eth0/device"
sed 's,<devices>,&<interface type="bridge"><source bridge="br0"/><model type="virtio"/></interface>,' \
    "$tmp/g.xml" >"$tmp/far.xml"
# A class that places nothing says so, and shows no place.
put "$classes/still.conf" "[ksm]"
expect 0 "a class that places nothing" $acdr plan --xml "$tmp/g.xml" --class still
grep -q '^  place  *none: the class leaves CPUs and memory' "$tmp/out" || fail "no place: $(cat "$tmp/out")"
! grep -Eq '^  (nodes|why|emulator|path) ' "$tmp/out" || fail "a place that is not used: $(cat "$tmp/out")"
expect 0 "the same as JSON" $acdr plan --xml "$tmp/g.xml" --class still --json
json_is false placed
expect 0 "a class that places" $acdr plan --xml "$tmp/g.xml" --json
json_is true placed
rm "$classes/still.conf"

expect 0 "plan of a guest with a NIC" $acdr plan --xml "$tmp/far.xml"
grep -q '^  path  *of interface 0, ' "$tmp/out" || fail "no path: $(cat "$tmp/out")"
grep -q '^ *eth0 (node 7)  *FAR$' "$tmp/out" || fail "a NIC that is far is not told: $(cat "$tmp/out")"
grep -q '^    -> br0$' "$tmp/out" || fail "the bridge is not on the path: $(cat "$tmp/out")"
grep -q '^    -> vCPUs on .* near$' "$tmp/out" || fail "the vCPUs are not its end: $(cat "$tmp/out")"
