#!/bin/sh
# acdr record over a tree whose figures are known: what it writes, when it stops, and that guests may
# come and go while it runs.
. "$SRC/tests/cli/lib.sh"

root=$tmp/root
mkdir "$root"
cat "$SRC/tests/hosts/two-nodes-smt.host" "$SRC/tests/domains/running.host" >"$tmp/host"
"$HOST_UNPACK" "$tmp/host" "$root" || fail "the tree cannot be made"
softirqs() { printf '      CPU0  CPU1\nNET_RX: 5 %s\n' "$1" >"$root/proc/softirqs"; }
softirqs 100
# samples N: wait until so many are written; the machine may be slow.
samples() {
    tries=600
    until [ "$(grep -c ^sample "$tmp/rec" 2>/dev/null)" -ge "$1" ]; do
        [ $((tries -= 1)) -gt 0 ] || { fail "no $1 samples within a minute"; break; }
        sleep 0.1
    done
}

# 100 more between the first and the second sample, a guest that ends after the second.
"$ACDR" --root "$root" record -i 1 -o "$tmp/rec" --probes softirq,map 2>"$tmp/err" &
pid=$!
samples 1
softirqs 200
samples 2
mv "$root/run/libvirt/qemu/running.pid" "$tmp/pid"
samples 4 # the third may have begun before the guest ended
kill -TERM $pid
wait $pid || fail "stopped by a signal: exit status $?: $(cat "$tmp/err")"

[ "$(head -n 1 "$tmp/rec" | cut -f 1,2,4)" = "acdr-record	1	1" ] || fail "the first line"
[ "$(tail -n 1 "$tmp/rec")" = "end	stopped" ] || fail "the last line: $(tail -n 1 "$tmp/rec")"
number=$(awk -F '\t' '$1 == "subject" && $3 == "acdr_cpu_softirqs" && $12 == 1 { print $2 }' "$tmp/rec")
rate=$(awk -F '\t' -v n="$number" '$1 == n { print $2; exit }' "$tmp/rec")
# Times the seconds between the first two samples, as the file has them.
moved=$(awk -F '\t' -v r="$rate" '$1 == "sample" { t[++n] = $2 } END { print r * (t[2] - t[1]) }' "$tmp/rec")
awk -v m="$moved" 'BEGIN { exit !(m > 90 && m < 110) }' || fail "$moved softirqs, not 100 ($rate a second)"
awk -F '\t' '$1 == "subject" && $3 == "acdr_guest_threads" && $6 == "running" { print $2 }' \
    "$tmp/rec" >"$tmp/threads"
[ -s "$tmp/threads" ] || fail "the guest's threads are not recorded"
while read -r n; do
    grep -qx "$n	-" "$tmp/rec" || fail "figure $n of the guest that ended is not gone"
done <"$tmp/threads"
# What has not changed is told once.
[ "$(grep -c "^$(head -n 1 "$tmp/threads")	[0-9]" "$tmp/rec")" -eq 1 ] || fail "told twice"

mv "$tmp/pid" "$root/run/libvirt/qemu/running.pid"
expect 0 "CSV" "$ACDR" --root "$root" record -i 1 --for 1 --csv --probes map
grep -q '^time,metric,guest,thread,tid,cpu,node,device,label,value$' "$tmp/out" || fail "CSV: the head"
grep -q '^[0-9.]*,acdr_guest_threads,running,,,,,,vcpu,2$' "$tmp/out" || fail "CSV: a figure"
[ "$(tail -n +2 "$tmp/out" | cut -d , -f 1 | sort -u | wc -l)" -eq 2 ] || fail "CSV: two samples"

# A guest that never runs is said at once, and is a failure; one that starts meanwhile is not.
expect 1 "no such guest" "$ACDR" --root "$root" record nosuch -i 1 --for 1s -o "$tmp/nosuch"
grep -q '^acdr: guest nosuch: does not run; it is recorded from its start on$' "$tmp/err" ||
    fail "no such guest: $(cat "$tmp/err")"
grep -q '^acdr: guest nosuch: did not run, the recording has nothing of it' "$tmp/err" ||
    fail "no such guest at the end: $(cat "$tmp/err")"
running=$root/run/libvirt/qemu/running.pid
if [ -e "$running" ]; then mv "$running" "$tmp/pid"; fi
(sleep 1 && mv "$tmp/pid" "$running") &
expect 0 "a guest that starts later" "$ACDR" --root "$root" record running -i 1 --for 4s --probes map -o "$tmp/late"
wait
[ "$(grep -c 'from its start on' "$tmp/err")" = 1 ] || fail "starts later: $(cat "$tmp/err")"
expect 0 "a guest that runs" "$ACDR" --root "$root" record running -i 1 --for 1s --probes map -o "$tmp/runs"
[ ! -s "$tmp/err" ] || fail "a guest that runs: $(cat "$tmp/err")"

expect_error 2 "takes seconds" "no interval" "$ACDR" --root "$root" record -i often
expect_error 2 "number of MiB" "no size" "$ACDR" --root "$root" record --max much
expect_error 1 "$tmp/none/x" "no such folder" "$ACDR" --root "$root" record -o "$tmp/none/x"
if [ -w /dev/full ]; then
    expect 1 "a full disk" "$ACDR" --root "$root" record -i 1 --for 5 -o /dev/full
    grep -q "cannot be written" "$tmp/err" || fail "a full disk: $(cat "$tmp/err")"
fi
# No output replaces a recording, of either form.
expect 0 "CSV" "$ACDR" --root "$root" record -i 1 --for 1s --csv --probes softirq -o "$tmp/csv"
for old in "$tmp/rec" "$tmp/csv"; do
    sum=$(cksum <"$old")
    expect_error 1 "$old is a recording" "record over one" "$ACDR" --root "$root" record --for 1s -o "$old"
    expect_error 1 "$old is a recording" "a page over one" "$ACDR" report "$tmp/rec" -o "$old"
    expect_error 1 "$old is a recording" "a drawing over one" "$ACDR" --root "$root" host --svg "$old"
    expect_error 1 "$old is a recording" "a host over one" "$ACDR" --root "$root" host --record "$old"
    [ "$sum" = "$(cksum <"$old")" ] || fail "$old was written"
done
exit $failed
