#!/bin/sh
# acdr top on a pseudo terminal, over a tree with a guest: what it draws, and that the terminal is
# as before on every way out.
. "$SRC/tests/cli/lib.sh"

[ -x /usr/bin/python3 ] || skip "no python3 to make a terminal with"
expect_error 2 "it needs a terminal" "without a terminal" "$ACDR" top
expect_error 2 "takes seconds" "a wrong interval" "$ACDR" top -i soon

root=$tmp/root
mkdir "$root"
cat "$SRC/tests/hosts/two-nodes-smt.host" "$SRC/tests/domains/running.host" >"$tmp/host"
"$HOST_UNPACK" "$tmp/host" "$root" || fail "the tree cannot be made"

# on_terminal KEYS COMMAND...: as tests/cli/terminal.py says; its output is in $tmp/out.
on_terminal() {
    keys=$1
    shift
    /usr/bin/python3 "$SRC/tests/cli/terminal.py" 80x24 "$keys" "$@" >"$tmp/out" 2>&1 ||
        fail "keys $keys: $(tail -n 3 "$tmp/out")"
}

# ended STATUS WHAT: the last run ended so, and left no trace on the terminal.
ended() {
    grep -qx "status $1" "$tmp/out" || fail "$2: $(grep status "$tmp/out"), expected $1"
    grep -qx "terminal same" "$tmp/out" || fail "$2: the terminal's settings are others"
    grep -qx "screen given back" "$tmp/out" || fail "$2: the screen is not given back"
}

on_terminal "" "$ACDR" --root "$root" top --version
grep -q '^acdr [0-9]' "$tmp/out" || skip "no pseudo terminal: $(cat "$tmp/out")"
on_terminal "" "$(command -v env)" TERM=none-such "$ACDR" --root "$root" top
if grep -q "built without ncurses" "$tmp/out"; then
    exit $failed
fi
grep -q "none-such" "$tmp/out" || fail "an unknown terminal: $(cat "$tmp/out")"
grep -qx "status 1" "$tmp/out" || fail "an unknown terminal is no failure"

tree "$root" >"$tmp/before"
on_terminal "'~q quit', '\r', '~MAY RUN ON', 'c', '~NETRX', 'm', '~BYTES', 'n', '~INTERFACE', 'w',
    '~searching', 'q', '~w why', 'q', '~q quit', 'q'" "$ACDR" --root "$root" top -i 1
ended 0 "q"
for text in "acdr top: 1 guest" "NAME" "running" "running: threads" "vcpu1" "MAY RUN ON" "cores" \
    "memory" "INTERFACE" "searching for disturbances" "no /proc/interrupts"; do
    grep -qF "$text" "$tmp/out" || fail "top does not show: $text"
done
# The help page has what does not fit the line of keys, and leads back; what is long is not cut.
on_terminal "'~q quit', 'h', '~PREEM', '\x1b', '~Enter open', '\r', '~w why', '?', '~A guest', 'q',
    '~x try a class', 'q', '~q quit', 'q'" "$ACDR" --root "$root" top
ended 0 "help"
for text in "vCPUs waited for a CPU, ms/s" "search for what disturbs it" "/proc/net/dev"; do
    grep -qF "$text" "$tmp/out" || fail "help does not show: $text"
done
on_terminal "'~q quit', '!TERM'" "$ACDR" --root "$root" top
ended 0 "SIGTERM"
on_terminal "'~w why', '!HUP'" "$ACDR" --root "$root" top running
ended 0 "SIGHUP"
on_terminal "'~w why', '\x03'" "$ACDR" --root "$root" top running
ended 0 "Ctrl-C"
tree "$root" | diff "$tmp/before" - || fail "looking has changed the tree"

# Change and see. The class is the first of the list: classes are sorted by name.
put "$root/etc/acdr/classes/aa-quiet.conf" "[ksm]
need = must"
put "$root/sys/kernel/mm/ksm/run" 1
cat >"$root/run/libvirt/qemu/running.xml" <<'XML'
<domstatus state='running' pid='5000'><domain type='kvm' id='3'><name>running</name>
<uuid>11111111-0000-4000-8000-000000000012</uuid><memory unit='MiB'>1024</memory><vcpu>2</vcpu>
</domain></domstatus>
XML
tree "$root" >"$tmp/before"
open="'x', '~Enter shows', '\r', '~y try it'"
on_terminal "'~w why', $open, 'n', '~Enter shows', 'q', '~w why', $open, 'y', '~nothing is changed yet',
    'u', '~cancelled', 'q', '~w why', 'q', '~q quit', 'q'" "$ACDR" --root "$root" top running -i 1
ended 0 "no, and cancelled"
for text in "apply aa-quiet to running for 60 s? y/n" "running has no class now" "ksm" \
    "nothing is changed yet" "cancelled"; do
    grep -qF "$text" "$tmp/out" || fail "change and see does not show: $text"
done
tree "$root" | diff "$tmp/before" - || fail "a class that was given up has changed the tree"
for sig in HUP TERM; do
    on_terminal "'~w why', $open, 'y', '~has class aa-quiet', '!$sig'" \
        "$ACDR" --root "$root" top running -i 1
    ended 0 "SIG$sig while a class is tried"
    grep -qF "running has class aa-quiet" "$tmp/out" || fail "SIG$sig came before the change"
    grep -q "acdr: top: reverted" "$tmp/out" || fail "SIG$sig: it is not said what became of it"
    tree "$root" | diff "$tmp/before" - || fail "SIG$sig: the host is not given back"
done
on_terminal "'~w why', $open, 'y', '~has class aa-quiet', 'k', '~kept until', 'q', '~w why', 'q',
    '~q quit', 'q'" "$ACDR" --root "$root" top running -i 1
ended 0 "keep"
[ "$(cat "$root/sys/kernel/mm/ksm/run")" = 0 ] || fail "a class that was kept is not there"
expect 0 "status" "$ACDR" --root "$root" --json status running
json_is aa-quiet domains 0 class
exit $failed
