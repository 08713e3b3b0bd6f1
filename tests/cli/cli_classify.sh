#!/bin/sh
# map.conf as the command shows it: which rule fits, why the others do not, what is wrong; and the
# rule in status, verify, plan, doctor and condition.
. "$SRC/tests/cli/lib.sh"

root=$tmp/root mapped=$SRC/tests/domains/mapped
mkdir "$root"
cat "$SRC/tests/hosts/two-nodes-smt.host" "$SRC/tests/domains/running.host" >"$tmp/host"
"$HOST_UNPACK" "$tmp/host" "$root" || fail "the tree cannot be made"
put "$root/etc/acdr/classes/calm.conf" "[ksm]"
put "$root/etc/acdr/classes/balanced.conf" "[ksm]"
acdr="$ACDR --root $root"
# says TEXT WHAT: a part of what was printed.
says() { grep -qF -- "$1" "$tmp/out" || fail "$2: no '$1' in: $(cat "$tmp/out")"; }
lacks() { grep -qF -- "$1" "$tmp/out" && fail "$2: '$1' in: $(cat "$tmp/out")"; }

expect 3 "no map" $acdr classify --xml "$mapped/nova-32.xml"
says "guest instance-00000013: no class: no tag, and there is no /etc/acdr/map.conf" "no map"
expect 0 "no map: plan" $acdr plan --xml "$mapped/nova-32.xml"
says "the guest has no class" "no map: plan"

put "$root/etc/acdr/map.conf" "[rule ci]
name = ci-*
name = test-*
class = none
[rule nfv]
nova-flavor = nfv.*
nova-project = telco
class = calm
[rule spec]
class-from = nova-extra-spec acdr:class
[rule again]
nova-flavor = m1.*
class = calm
[rule running]
name = run*
class = calm"
expect 0 "a flavor" $acdr classify --xml "$mapped/nova-27.xml"
says "guest instance-00000012: class calm, by /etc/acdr/map.conf:5 [rule nfv]" "a flavor"
says 'line 5 [rule nfv] fits: nova-flavor is "nfv.small"; nova-project is "telco"' "a flavor"
lacks "[rule ci]" "a flavor"
expect 0 "an extra spec" $acdr classify --verbose --xml "$mapped/nova-32.xml"
says "class balanced, by /etc/acdr/map.conf:9 [rule spec]" "an extra spec"
says 'line 1 [rule ci] passed over: name is "instance-00000013", not ci-* or test-*' "an extra spec"
says 'line 5 [rule nfv] passed over: nova-flavor is "m1.plain", not nfv.*' "an extra spec"
says 'line 9 [rule spec] fits: nova-extra-spec acdr:class is "balanced"' "an extra spec"
says 'line 11 [rule again] would fit, but an earlier one decides' "an extra spec"
says 'line 14 [rule running] passed over' "an extra spec"
expect 3 "no rule" $acdr classify --verbose --xml "$mapped/ovirt.xml"
says "guest erp: no class: no tag, and no rule of /etc/acdr/map.conf fits" "no rule"
says "[rule spec] passed over: nova-extra-spec acdr:class: the XML has none" "no rule"
sed 's/instance-00000012/ci-7/' "$mapped/nova-27.xml" >"$tmp/ci.xml"
expect 3 "none" $acdr classify --xml "$tmp/ci.xml"
says "guest ci-7: no class, by /etc/acdr/map.conf:1 [rule ci]" "none"
expect 0 "json" $acdr classify --json --xml "$mapped/nova-32.xml"
json_is balanced class
json_is "/etc/acdr/map.conf:9 [rule spec]" class_by
json_is "passed over" rules 0 result
json_is fits rules 2 result
json_is later rules 3 result
expect_error 2 "either DOMAIN or --xml is needed" "no guest" $acdr classify

# Tag and map.
make_guest "$tmp/tagged.xml" running 2 balanced
expect 0 "the tag wins" $acdr classify --verbose --xml "$tmp/tagged.xml"
says "guest running: class balanced, by its tag" "the tag wins"
sed -i '1i tag = loses' "$root/etc/acdr/map.conf"
expect 0 "the tag loses" $acdr classify --xml "$tmp/tagged.xml"
says "class calm, by /etc/acdr/map.conf:15 [rule running]" "the tag loses"
says "its tag balanced does not count: tag = loses" "the tag loses"
sed -i 1d "$root/etc/acdr/map.conf"

# What cannot be used.
sed 's/>balanced</>no! </' "$mapped/nova-32.xml" >"$tmp/bad.xml"
expect_error 1 '/etc/acdr/map.conf:10: the guest.s nova-extra-spec acdr:class="no!": not a valid class name' \
    "a wrong property" $acdr classify --xml "$tmp/bad.xml"
sed 's/>balanced</>other</' "$mapped/nova-32.xml" >"$tmp/bad.xml"
expect_error 1 'map.conf:9 \[rule spec\]: class other: class "other": not found' "no such class" \
    $acdr classify --xml "$tmp/bad.xml"
put "$root/etc/acdr/acdr.conf" "[allow instance-*]
classes = calm"
expect_error 1 "acdr.conf:1: \[allow instance-\*\] does not allow class balanced" "a rule [allow]" \
    $acdr classify --xml "$mapped/nova-32.xml"
rm "$root/etc/acdr/acdr.conf"

# The reports.
expect 0 "plan" $acdr plan --xml "$mapped/nova-27.xml"
says "class calm by /etc/acdr/map.conf:5 [rule nfv]" "plan"
expect 0 "plan, another class" $acdr plan --class balanced --xml "$mapped/nova-27.xml"
lacks "map.conf" "plan, another class"
pid=$(cat "$root/run/libvirt/qemu/running.pid")
make_guest "$root/run/libvirt/qemu/running.xml" running 2 ""
sed -i "1s/^/<domstatus state='running' reason='booted' pid='$pid'>/; \$s/\$/<\/domstatus>/" \
    "$root/run/libvirt/qemu/running.xml"
mkdir -p "$root/etc/libvirt/qemu"
cp "$mapped/nova-27.xml" "$root/etc/libvirt/qemu/instance-00000012.xml"
expect 0 "status" $acdr status
says "running: class calm by /etc/acdr/map.conf:14 [rule running], NOT conditioned: " "status"
expect 0 "status of one that does not run" $acdr status instance-00000012
says "does not run" "status of one that does not run"
expect 3 "verify" $acdr verify
expect 1 "doctor" $acdr doctor
says "running: it runs with a class by /etc/acdr/map.conf:14 [rule running]" "doctor"
expect 0 "condition" $acdr condition running
expect 0 "status, conditioned" $acdr status running
says "class calm by /etc/acdr/map.conf:14 [rule running]: conditioned" "status, conditioned"
expect 0 "status --json" $acdr status --json
json_is "/etc/acdr/map.conf:14 [rule running]" domains 0 class_by
json_is "/etc/acdr/map.conf:5 [rule nfv]" stopped 0 class_by
expect 0 "verify, conditioned" $acdr verify

# A changed map: the guest keeps its class, also if the file is wrong now.
put "$root/etc/acdr/map.conf" "[rule all]
class = missing"
expect 1 "doctor: a class that is not there" $acdr doctor
says 'map.conf: line 1: [rule all]: class "missing": not found' "doctor: a class that is not there"
put "$root/etc/acdr/map.conf" "[rule all]
nme = x"
expect 1 "doctor: a wrong map" $acdr doctor
says "map.conf: /etc/acdr/map.conf:2: nme: unknown key in [rule all]" "doctor: a wrong map"
expect 0 "status: a wrong map" $acdr status
says "not known: /etc/acdr/map.conf:2: nme: unknown key" "status: a wrong map"
expect_error 1 "map.conf:2: nme: unknown key" "a wrong map" $acdr classify --xml "$mapped/nova-27.xml"
expect 0 "condition: a wrong map" $acdr condition running
expect 0 "status: keeps its rule" $acdr status running
says "class calm by /etc/acdr/map.conf:14 [rule running]: conditioned" "status: keeps its rule"
exit $failed
