#!/bin/sh
# The JSON reports are what docs/acdr.schema.json says, member by member, and each command with --json
# is in it.
. "$SRC/tests/cli/lib.sh"

schema=$SRC/docs/acdr.schema.json
# valid NAME ARGUMENT...: a report, whatever the exit status says.
valid() {
    name=$1
    shift
    status=0
    $acdr "$@" --json >"$tmp/out" 2>"$tmp/err" || status=$?
    [ $status -le 3 ] || fail "$*: ended with $status"
    [ -s "$tmp/out" ] || fail "$*: no report: $(cat "$tmp/err")"
    python3 "$SRC/tests/cli/schema.py" "$schema" "$name" <"$tmp/out" >"$tmp/wrong" 2>&1 ||
        fail "$*: $(cat "$tmp/wrong")"
}

for host in two-nodes-smt one-node-two-cpus; do
    root=$tmp/$host
    mkdir -p "$root"
    cat "$SRC/tests/hosts/$host.host" "$SRC/tests/domains/running.host" >"$tmp/host"
    "$HOST_UNPACK" "$tmp/host" "$root" || fail "$host cannot be made"
    mkdir -p "$root/usr/share/acdr"
    cp -r "$SRC/profiles" "$root/usr/share/acdr/classes"
    put "$root/etc/acdr/classes/calm.conf" "[ksm]"
    acdr="$ACDR --root $root"
    valid host host
    valid doctor doctor
    valid classes classes
    valid classes classes realtime
    valid explain_cpu explain cpu 1
    xml=$SRC/examples/domains/cleaner-cores.xml
    valid advise advise --xml "$xml"
    valid classify classify --xml "$xml"
    cp "$SRC/examples/map.conf" "$root/etc/acdr/map.conf"
    valid classify classify --xml "$SRC/tests/domains/mapped/nova-32.xml"
    valid plan plan --xml "$SRC/tests/domains/mapped/nova-27.xml"
    rm "$root/etc/acdr/map.conf"
    for class in cleaner-cores realtime; do
        [ $host = two-nodes-smt ] || continue
        valid plan plan --xml "$xml" --class $class
        valid explain explain --xml "$xml" --class $class
        valid xml xml --xml "$xml" --class $class
    done
    valid plan plan --xml "$xml" --class nfv-dataplane
    pid=$(cat "$root/run/libvirt/qemu/running.pid")
    make_guest "$root/run/libvirt/qemu/running.xml" running 2 calm
    sed -i "1s/^/<domstatus state='running' reason='booted' pid='$pid'>/; \$s/\$/<\/domstatus>/" \
        "$root/run/libvirt/qemu/running.xml"
    valid status status
    json_is 1 unconditioned
    valid verify verify
    valid condition condition running
    valid map map running
    expect 0 "a pool" $acdr apply --class irq-ban --cpus 1 --name pool
    valid status status
    json_is 1 domains
    json_is 1 static
    valid verify verify
    valid rebalance rebalance --dry-run
    valid settle settle
done
echo 1 >"$tmp/two-nodes-smt/sys/kernel/mm/ksm/run"
acdr="$ACDR --root $tmp/two-nodes-smt"
valid verify verify
expect 0 "the help" "$ACDR" --help
commands=$(sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' "$tmp/out")
[ -n "$commands" ] || fail "the help names no command"
for command in $commands; do
    expect 0 "help of $command" "$ACDR" help "$command"
    if grep -q '^ *--json ' "$tmp/out"; then
        grep -q "^    \"$command\": " "$schema" || fail "the schema lacks $command"
    fi
done
# It is no schema that takes everything.
echo '{"schema_version": 1}' | python3 "$SRC/tests/cli/schema.py" "$schema" status >/dev/null &&
    fail "the schema takes a status without members"
exit $failed
