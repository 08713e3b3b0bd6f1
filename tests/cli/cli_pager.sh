#!/bin/sh
# The pager: only for a text that is longer than the terminal, only on a terminal, without a shell, and
# not of the caller's choice under sudo.
. "$SRC/tests/cli/lib.sh"

command -v python3 >/dev/null || skip "no python3"
host=$SRC/tests/hosts/two-nodes-smt.host
# A pager that tells its arguments and environment, and shows what it gets.
mkdir "$tmp/bin"
cat >"$tmp/bin/mine" <<'END'
#!/bin/sh
dir=$(dirname "$0")
{
    echo "ran as $(basename "$0")"
    for word; do echo "argument <$word>"; done
    echo "secure ${LESSSECURE-no}, less ${LESS-none}"
} >"$dir/told"
exec cat
END
chmod 755 "$tmp/bin/mine"
cp "$tmp/bin/mine" "$tmp/bin/less"
PATH=$tmp/bin:$PATH
export PATH
unset PAGER ACDR_PAGER LESS LESSSECURE SUDO_UID

# on_terminal SIZE ARGUMENT...: the output of acdr in $tmp/out; what the pager told in $tmp/bin/told.
on_terminal() {
    size=$1
    shift
    rm -f "$tmp/bin/told"
    python3 "$SRC/tests/cli/terminal.py" "$size" "0.1" "$ACDR" --root "$host" "$@" >"$tmp/out" 2>&1 ||
        fail "$*: on a terminal: $(cat "$tmp/out")"
    grep -q '^status 0$' "$tmp/out" || fail "$*: $(tail -n 3 "$tmp/out")"
    grep -q 'housekeeping' "$tmp/out" || fail "$*: the text is not shown"
}
told() { grep -qxF -- "$1" "$tmp/bin/told" 2>/dev/null || fail "$2: the pager did not tell '$1': $(cat "$tmp/bin/told" 2>&1)"; }
untold() { [ ! -e "$tmp/bin/told" ] || fail "$1: a pager ran: $(cat "$tmp/bin/told")"; }

on_terminal 80x10 host
told "ran as less" "the usual one"
told "secure $([ "$(id -u)" = 0 ] && echo 1 || echo no), less FRX" "the usual one"
ACDR_PAGER="mine -x  ;touch $tmp/shell" on_terminal 80x10 host
told "ran as mine" "one's own"
told "argument <-x>" "one's own"
told "argument <;touch>" "no shell"
[ ! -e "$tmp/shell" ] || fail "a shell ran"
PAGER=mine on_terminal 80x10 host
told "ran as mine" "PAGER"
PAGER=less ACDR_PAGER=mine on_terminal 80x10 host
told "ran as mine" "ACDR_PAGER before PAGER"

on_terminal 80x200 host
untold "a short text"
on_terminal 80x10 host --no-pager
untold "--no-pager"
ACDR_PAGER='' on_terminal 80x10 host
untold "an empty ACDR_PAGER"
PAGER='cat' on_terminal 80x10 host
untold "cat"
ACDR_PAGER=none-of-that-name on_terminal 80x10 host
untold "no such pager"
rm -f "$tmp/bin/told"
ACDR_PAGER=mine expect 0 "not on a terminal" "$ACDR" --root "$host" host
untold "not on a terminal"
grep -q housekeeping "$tmp/out" || fail "not on a terminal: no text"

# Who may run acdr by sudo, and nothing else, must not choose a program by it.
if [ "$(id -u)" = 0 ]; then
    SUDO_UID=1000 ACDR_PAGER=mine on_terminal 80x10 host
    told "ran as less" "sudo"
    told "secure 1, less FRX" "sudo"
fi
exit $failed
