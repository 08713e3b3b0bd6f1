#!/bin/sh
# acdr --root FILE: every command that reads a host reads it from what acdr host --record wrote, as
# from the files themselves, and leaves nothing behind.
. "$SRC/tests/cli/lib.sh"
recording=$SRC/tests/hosts/two-nodes-smt.host
mkdir "$tmp/root" "$tmp/private"
TMPDIR=$tmp/private
export TMPDIR
"$HOST_UNPACK" "$recording" "$tmp/root" || fail "the host cannot be unpacked"
{
    cat "$recording"
    sed 's|^|/etc/acdr/classes/cleaner-cores.conf\t|' "$SRC/profiles/cleaner-cores.conf"
} >"$tmp/file"
mkdir -p "$tmp/root/etc/acdr/classes"
cp "$SRC/profiles/cleaner-cores.conf" "$tmp/root/etc/acdr/classes"

same() {
    expect 0 "$*: files" "$ACDR" --root "$tmp/root" "$@"
    cp "$tmp/out" "$tmp/first"
    expect 0 "$*: recording" "$ACDR" --root "$tmp/file" "$@"
    diff "$tmp/first" "$tmp/out" >"$tmp/diff" || fail "$*: not the same: $(head -n 20 "$tmp/diff")"
    [ -z "$(find "$tmp/private" -mindepth 1)" ] || fail "$*: files are left in TMPDIR"
}
xml=$SRC/tests/domains/two-vcpus.xml
same host
same host --json
same host --record
same plan --xml "$xml" --class cleaner-cores --json
same explain --xml "$xml" --class cleaner-cores
same advise --xml "$xml"
same explain cpu 1
same classes cleaner-cores
same status
same rebalance --dry-run

printf '/sys/x\ty\nnonsense\n' >"$tmp/bad"
expect_error 1 "line 2 is not a line of a recorded host" "no recording" "$ACDR" --root "$tmp/bad" host
[ -z "$(find "$tmp/private" -mindepth 1)" ] || fail "a refused recording left files in TMPDIR"
exit $failed
