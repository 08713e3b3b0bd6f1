#!/bin/sh
# Guests whose tag asks for a class: what status, verify, metrics and doctor say of those that run
# unconditioned, with each reason that a recorded host can show, and what acdr condition does.
. "$SRC/tests/cli/lib.sh"

root=$tmp/root
mkdir "$root"
cat "$SRC/tests/hosts/two-nodes-smt.host" "$SRC/tests/domains/running.host" >"$tmp/host"
"$HOST_UNPACK" "$tmp/host" "$root" || fail "the tree cannot be made"
put "$root/etc/acdr/classes/calm.conf" "description = no merging
[ksm]"
put "$root/etc/acdr/classes/nothing.conf" "description = no step"
acdr="$ACDR --root $root"
live=$root/run/libvirt/qemu/running.xml
pid=$(cat "$root/run/libvirt/qemu/running.pid")
# tagged CLASS FILE: the running guest with that tag, "" for none; as libvirt keeps it in FILE.
tagged() {
    make_guest "$2" running 2 "$1"
    case $2 in
    */run/*) sed -i "1s/^/<domstatus state='running' reason='booted' pid='$pid'>/; \$s/\$/<\/domstatus>/" "$2" ;;
    esac
}
tagged "" "$live"
hook() {
    put "$root/etc/libvirt/hooks/qemu" "$1"
    chmod "$2" "$root/etc/libvirt/hooks/qemu"
}
# says PATTERN WHAT: of status, verify and their JSON.
says() {
    expect 0 "$2: status" $acdr status
    head -n 1 "$tmp/out" | grep -q '^running: tag [a-z]*, NOT conditioned: ' ||
        fail "$2: the first line of status is: $(head -n 1 "$tmp/out")"
    grep -qE '^running  +[a-z]+  +NOT conditioned' "$tmp/out" || fail "$2: no row: $(cat "$tmp/out")"
    [ "$(awk 'length > 80' "$tmp/out")" = "" ] || fail "$2: lines over 80 columns: $(cat "$tmp/out")"
    expect 0 "$2: status running" $acdr status running
    expect 3 "$2: verify" $acdr verify
    grep -q 'NOT conditioned' "$tmp/out" || fail "$2: verify says: $(cat "$tmp/out")"
    expect 3 "$2: verify running" $acdr verify running
    expect 0 "$2: status --json" $acdr status --json
    json_is 1 unconditioned
    json_is running unconditioned 0 name
    reason=$("$JSON_GET" unconditioned 0 why <"$tmp/out")
    echo "$reason" | grep -q "$1" || fail "$2: the reason is: $reason"
    "$JSON_GET" unconditioned 0 remedy <"$tmp/out" | grep -q 'acdr condition running$' ||
        fail "$2: the remedy is: $("$JSON_GET" unconditioned 0 remedy <"$tmp/out")"
}

expect 0 "no tag: status" $acdr status
grep -q 'nothing is conditioned' "$tmp/out" || fail "no tag: $(cat "$tmp/out")"
expect 0 "no tag: verify" $acdr verify
expect_error 1 "has no class: acdr tag running CLASS" "condition without a tag" $acdr condition running

tagged calm "$live"
says "is not installed" "no hook"
expect 0 "metrics" $acdr metrics --probes acdr
grep -q '^acdr_guest_unconditioned{guest="running",class="calm"} 1$' "$tmp/out" ||
    fail "metrics: $(grep unconditioned "$tmp/out")"
expect 1 "doctor" $acdr doctor
grep -q '^problem: running: ' "$tmp/out" || fail "doctor does not name the guest: $(cat "$tmp/out")"
expect 1 "doctor --quiet" $acdr doctor --quiet
[ "$(grep -c '^problem: ' "$tmp/out")" -ge 2 ] && ! grep -q '^advice\|^CLASS' "$tmp/out" ||
    fail "doctor --quiet prints: $(cat "$tmp/out")"
expect 1 "doctor, as a table" $acdr doctor
head -n 1 "$tmp/out" | grep -q '^problem: running: ' || fail "doctor begins with: $(head -n 1 "$tmp/out")"
grep -qE '^calm +yes +yes' "$tmp/out" || fail "doctor has no line of calm: $(cat "$tmp/out")"
[ "$(awk 'length > 80' "$tmp/out")" = "" ] || fail "doctor has lines over 80 columns: $(cat "$tmp/out")"
hook '#!/bin/sh' 755
says "another program's hook" "a foreign hook"
hook 'urn:libacdr:domain:1' 644
says "not executable" "a hook that does not run"
chmod 755 "$root/etc/libvirt/hooks/qemu"
says "was added while it runs, or the hook failed" "nothing to see"
tagged missing "$live"
says '"missing": not found' "a class that is not there"
tagged nothing "$live"
expect 0 "a class without steps: verify" $acdr verify

# Only the definition has the tag.
tagged "" "$live"
tagged calm "$root/etc/libvirt/qemu/running.xml"
says "added to its definition" "a tag that was added later"

expect 0 "condition" $acdr condition running
grep -q '^running: conditioned' "$tmp/out" || fail "condition says: $(cat "$tmp/out")"
expect 0 "status" $acdr status --json
json_is 0 unconditioned
json_is calm domains 0 class
expect 0 "status" $acdr status
! grep -q 'NOT cond' "$tmp/out" || fail "conditioned: status says: $(cat "$tmp/out")"
grep -qE '^running +calm +conditioned' "$tmp/out" || fail "conditioned: status says: $(cat "$tmp/out")"

# A guest that does not run is listed, not missed.
make_guest "$root/etc/libvirt/qemu/off.xml" off 2 calm
sed -i 's/c7a5fdbd/00000000/' "$root/etc/libvirt/qemu/off.xml"
expect 0 "status" $acdr status
grep -qE '^off +calm +not running' "$tmp/out" || fail "no row of the stopped guest: $(cat "$tmp/out")"
expect 0 "status off" $acdr status off
grep -q 'acdr plan off' "$tmp/out" || fail "status off says: $(cat "$tmp/out")"

# One file cannot be read; guests whose files are gone by then do not run for that.
mkdir "$root/run/libvirt/qemu/unread.xml"
for n in 1 2 3 4 5 6; do
    ln -s nowhere "$root/run/libvirt/qemu/gone$n.xml"
    make_guest "$root/etc/libvirt/qemu/gone$n.xml" "gone$n" 2 calm
    sed -i "s/c7a5fdbd/1000000$n/" "$root/etc/libvirt/qemu/gone$n.xml"
done
expect 0 "status, a file is not read" $acdr status
[ "$(grep -cE '^gone[1-6] +calm +not running' "$tmp/out")" -eq 6 ] ||
    fail "gone guests are not listed as stopped: $(cat "$tmp/out")"
expect 0 "status --json, a file is not read" $acdr status --json
"$JSON_GET" unread <"$tmp/out" | grep -q 'unread.xml: Is a directory' || fail "the unread file is not named"
rm -rf "$root/run/libvirt/qemu"/gone?.xml "$root/etc/libvirt/qemu"/gone?.xml "$root/run/libvirt/qemu/unread.xml"
expect_error 1 "nothing of that name" "status of nobody" $acdr status nobody
expect_error 2 "nothing of that name" "verify of nobody" $acdr verify nobody
expect_error 1 "does not run" "condition of nobody" $acdr condition nobody
exit $failed
