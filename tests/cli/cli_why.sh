#!/bin/sh
# acdr why on a made-up host: several processes of one name are one row, and ten rows are enough. The
# run times of planted tasks grow while acdr looks.
. "$SRC/tests/cli/lib.sh"

root=$tmp/root
mkdir "$root"
cat "$SRC/tests/hosts/two-nodes-smt.host" >"$tmp/host"
sed 's/^\(thread.*CPU [01].*\t\)0-1$/\11/' "$SRC/tests/domains/running.host" >>"$tmp/host"
# plant PID NAME
plant() { printf 'thread\t%s\t%s\t%s\t400140\t%s\t0-15\n' "$1" "$1" "$2" "$1" >>"$tmp/host"; }
for pid in 801 802 803; do plant $pid cc1; done
for pid in 811 812 813 814 815 816 817 818 819 820 821 822; do plant $pid "noise$pid"; done
"$HOST_UNPACK" "$tmp/host" "$root" || fail "the tree cannot be made"

# ran NS: each planted task has run so long, the last time on CPU 1.
ran() {
    for pid in 801 802 803 811 812 813 814 815 816 817 818 819 820 821 822; do
        task=$root/proc/$pid/task/$pid
        name=noise$pid
        [ $pid -ge 811 ] || name=cc1
        printf '%s (%s) S 1 1 1 0 -1 4194304 1 2 3 4 0 0 0 0 20 0 1 0 5 1000 5 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0\n' \
            $pid "$name" >"$task/stat"
        echo "$(($1 * ($pid < 811 ? 2 : 1) + $pid)) 0 9" >"$task/schedstat"
    done
}
ran 0
# why ARGUMENT...: the tasks run while it looks.
why() {
    (sleep 1 && ran 500000000) &
    expect 1 "why $*" "$ACDR" --root "$root" why running --for 3s "$@"
    wait
    ran 0
}
why
[ "$(grep -c 'task cc1' "$tmp/out")" = 1 ] || fail "not one row for cc1: $(cat "$tmp/out")"
grep -q 'task cc1, 3 times  *ran .*, the worst  *\[cleaner\]' "$tmp/out" ||
    fail "cc1 is not counted: $(cat "$tmp/out")"
rows=$(grep -c '^[0-9-]*  .* task ' "$tmp/out")
[ "$rows" = 10 ] || fail "$rows rows: $(cat "$tmp/out")"
grep -q '^and 3 more, which disturb less; --json has all$' "$tmp/out" || fail "no rest: $(cat "$tmp/out")"
why --json
found=$(grep -c '"culprit": "task ' "$tmp/out")
[ "$found" = 15 ] || fail "$found findings in JSON, expected 15"
exit $failed
