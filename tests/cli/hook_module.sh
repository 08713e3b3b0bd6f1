#!/bin/sh
# hook_module.sh PROBE: exit statuses, messages, deadline, capabilities of the hook's module.
set -u
probe=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

fits() {
    [ "$(wc -l <"$tmp/err")" -eq $((${#1} > 0)) ] && { [ -z "$1" ] || grep -q "^$1\$" "$tmp/err"; }
}

# expect STATUS PATTERN WHAT ARGUMENT...: all of stderr is one line that fits; "" is silence. Lines
# about capabilities that this process never had do not count.
expect() {
    want=$1 pattern=$2 what=$3
    shift 3
    "$probe" "$@" >"$tmp/out" 2>"$tmp/all"
    got=$?
    grep -v 'capability .* is missing' "$tmp/all" >"$tmp/err"
    [ $got -eq "$want" ] && [ ! -s "$tmp/out" ] && fits "$pattern" && return
    failed=1
    echo "FAILED: $what: exit status $got, expected $want and '$pattern' on stderr, which has:"
    cat "$tmp/err"
}

expect 0 '' "work done" g prepare
expect 86 'acdr: guest fails: vcpus: no core is free' "a failure that may be told" fails may
expect 0 'acdr: guest fails: vcpus: no core is free' "a failure that would kill the guest" fails started
expect 86 "acdr: guest hangs: not done after 1 seconds.*'acdr settle' to repair" "deadline, may fail" hangs may
expect 0 "acdr: guest hangs: not done after 1 seconds.*" "deadline, guest runs" hangs reconnect
expect 0 'acdr: guest talks: a warning' "warnings only on stderr" talks prepare
expect 0 'acdr: daemon start: journal: damaged' "the daemon hook never fails" - start

# A guest that comes from elsewhere: nothing on stdout, or a whole document however slowly it is read.
for op in migrate restore; do
    expect 0 '' "$op, nothing to print" g $op
    PROBE_XML=fails expect 0 'acdr: guest g: no place' "$op, no place" g $op
    [ "$(PROBE_XML=there "$probe" g $op 2>/dev/null | { sleep 1.3; tr -d '\n' | wc -c; })" -eq 199999 ] ||
        { failed=1; echo "FAILED: $op: the document is cut off"; }
done

# What cannot be parsed fails the guest where the operation may fail, and nowhere else.
export PROBE_BAD=1
expect 86 'acdr: guest g: XML: no domain' "XML that is no domain's, may fail" g may
expect 0 'acdr: guest g: XML: no domain' "the same, guest runs" g started
PROBE_UNTAGGED=1 expect 0 'acdr: guest g: XML: no domain' "the same, no tag" g may
unset PROBE_BAD

# The deadline counts while the XML is read, and until then nothing is known of the class.
export PROBE_SLOW=1
expect 86 'acdr: guest g: not done after 1 seconds.*' "XML that takes for ever" g prepare
for op in started stopped release; do
    expect 0 'acdr: guest g: not done after 1 seconds.*' "XML that takes for ever: $op" g $op
done
unset PROBE_SLOW

PROBE_CLOSED=1
export PROBE_CLOSED
expect 86 'acdr: guest g: root: cannot be opened' "no host to work on, the guest does not run yet" g prepare
for op in started reconnect stopped release; do
    expect 0 'acdr: guest g: root: cannot be opened' "no host to work on: $op" g $op
done
unset PROBE_CLOSED

# A reader that is gone must not end the work half way.
{ sleep 0.3; "$probe" talks may; echo $? >"$tmp/status"; } 2>&1 >/dev/null | true
[ "$(cat "$tmp/status")" = 0 ] || { failed=1; echo "FAILED: a closed stderr ended the hook"; }

PROBE_CAPS=1 "$probe" caps prepare 2>"$tmp/err"
grep -q '^umask 077' "$tmp/err" || { failed=1; echo "FAILED: umask"; cat "$tmp/err"; }
# dac_override 1, net_admin 12, sys_ptrace 19, sys_admin 21, sys_nice 23, perfmon 38.
allowed=$((1 << 1 | 1 << 12 | 1 << 19 | 1 << 21 | 1 << 23 | 1 << 38))
had=$(awk '/^CapPrm/ { print $2 }' /proc/self/status)
# value WHEN SET
value() { awk -v w="$1" -v s="$2:" '$1 == w && $2 == s { print $3 }' "$tmp/err"; }
for set in CapPrm CapEff CapBnd; do
    now=$(value work $set)
    [ -n "$now" ] && [ $((0x$now)) -eq $((0x$had & allowed)) ] ||
        { failed=1; echo "FAILED: $set is $now of $had"; }
done
inh=$(value work CapInh)
[ $((0x$inh)) -eq 0 ] || { failed=1; echo "FAILED: CapInh is $inh"; }
# While it parses none is in effect, and nothing that it might start gains any.
eff=$(value parse CapEff)
[ -n "$eff" ] && [ $((0x$eff)) -eq 0 ] || { failed=1; echo "FAILED: CapEff is $eff while it parses"; }
[ "$(value parse NoNewPrivs)" = 1 ] || { failed=1; echo "FAILED: NoNewPrivs while it parses"; }
exit $failed
