#!/bin/sh
# A command that takes over a second says so on a terminal, and removes that line; elsewhere it says
# nothing. The journal's lock, held by another, makes acdr settle slow.
. "$SRC/tests/cli/lib.sh"

command -v python3 >/dev/null && command -v flock >/dev/null || skip "no python3 or flock"
make_host "$tmp/root"
"$ACDR" --root "$tmp/root" settle >/dev/null || fail "settle"
lock=$(find "$tmp/root/run/acdr" -name '*lock*' -type f)
[ -n "$lock" ] || fail "no lock below run/acdr: $(find "$tmp/root/run")"

# held COMMAND...: while another holds the lock for three seconds.
held() {
    flock "$lock" sh -c 'touch "$1"; sleep 3' hold "$tmp/held" &
    until [ -e "$tmp/held" ]; do sleep 0.05; done
    "$@"
    wait
    rm "$tmp/held"
}
held python3 "$SRC/tests/cli/terminal.py" 80x24 '"~repairing, 1 s", "~nothing to repair"' \
    "$ACDR" --root "$tmp/root" settle >"$tmp/terminal" 2>&1 || fail "$(cat "$tmp/terminal")"
grep -q 'repairing, 2 s' "$tmp/terminal" || fail "it does not count: $(cat "$tmp/terminal")"
held expect 0 "not on a terminal" "$ACDR" --root "$tmp/root" settle
[ ! -s "$tmp/err" ] || fail "it tells its progress to a file: $(cat "$tmp/err")"
python3 "$SRC/tests/cli/terminal.py" 80x24 '"~nothing to repair"' "$ACDR" --root "$tmp/root" settle \
    >"$tmp/terminal" 2>&1 || fail "$(cat "$tmp/terminal")"
! grep -q repairing "$tmp/terminal" || fail "a short call has a progress line: $(cat "$tmp/terminal")"
exit $failed
