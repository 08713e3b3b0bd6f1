#!/bin/sh
# acdr report over recordings that are made here: the page is whole, well formed, needs nothing from
# elsewhere, tells figures and events as they were recorded, and replaces no recording.
. "$SRC/tests/cli/lib.sh"

# make_recording GUEST CLASS: 40 samples of GUEST and of "plain", which has no class. GUEST gets CLASS
# at sample 10, is degraded at 20, whole again with 2 settings that drifted at 25, and without a
# class at 35.
make_recording() {
    awk -v guest="$1" -v class="$2" '
    function field(k, v) { return k "\t" v }
    function put(v, metric, kind, guest, thread, device, label, what, tid, cpu, node,    key) {
        key = metric "\t" kind "\t\t" guest "\t" thread "\t" device "\t" label "\t" what "\t" tid \
            "\t" cpu "\t" node
        if (!(key in number)) {
            number[key] = ++numbers
            print "subject\t" numbers "\t" key
        }
        if (last[key] != v "")
            print number[key] "\t" v
        last[key] = v ""
    }
    function put_guest(g, i, good,    v) {
        put(2, "acdr_guest_threads", "gauge", g, "", "", "kind", "vcpu")
        put(good ? 1 : 0.5, "acdr_guest_memory_local_ratio", "gauge", g)
        put(good ? 2147483648 : 1073741824, "acdr_guest_memory_bytes", "gauge", g, "", "", "page", "4k",
            "", "", 0)
        for (v = 0; v < 2; v++) {
            put(good ? v : 2 + v, "acdr_thread_last_cpu", "gauge", g, "vcpu" v, "", "", "", 100 + v)
            if (i) {
                put(0.5, "acdr_thread_run_seconds", "counter", g, "vcpu" v, "", "", "", 100 + v)
                put(good ? 0 : 0.02, "acdr_thread_run_delay_seconds", "counter", g, "vcpu" v, "", "",
                    "", 100 + v)
            }
        }
        if (!i)
            return
        put(good ? 112500000 : 12500000, "acdr_interface_bytes", "counter", g, "", "vnet" length(g),
            "direction", "transmit")
        put(good ? 300 : 6000, "acdr_guest_kvm_exits", "counter", g, "", "", "reason", "all")
        put(good ? 200 : 5000, "acdr_guest_kvm_exits", "counter", g, "", "", "reason", "halt")
    }
    BEGIN {
        print "acdr-record\t1\t0.1.0\t5\nhost\tkvm%3C7\t6.12.57"
        for (i = 0; i < 40; i++) {
            printf "sample\t%d.250\t%d000000000\n", 1795334200 + 5 * i, 28228 + 5 * i
            good = i >= 10 && i < 35
            put_guest(guest, i, good)
            put_guest("plain", i, 0)
            if (i == 10 || i == 35)
                put(good ? 1 : "-", "acdr_guest_class", "info", guest, "", "", "class", class)
            if (i >= 10)
                put(i >= 20 && i < 25, "acdr_guest_degraded", "gauge", guest)
            if (i >= 10)
                put(i >= 25 && i < 35 ? 2 : 0, "acdr_guest_drifted", "gauge", guest)
            for (cpu = 0; i && cpu < 4; cpu++)
                put(cpu < 2 ? 0 : 0.25, "acdr_cpu_seconds", "counter", "", "", "", "mode", "softirq",
                    "", cpu)
            if (i)
                put(40, "acdr_cpu_kernel_interrupts", "counter", "", "", "", "kind", "TLB", "", 3)
        }
        print "end\tstopped"
    }'
}

hostile="a\`touch $tmp/pwned\`'\$(touch $tmp/pwned)<b>&\"%09 id='x'"
make_recording web1 nfv-dataplane >"$tmp/one.rec"
make_recording "$hostile" "<i>" >"$tmp/two.rec"

# What does not need gnuplot.
expect_error 2 "FILE is missing" "no recording" "$ACDR" report
expect_error 1 "$tmp/none" "no such file" "$ACDR" report "$tmp/none"
expect_error 1 "one.rec is a recording" "over a recording" "$ACDR" report "$tmp/two.rec" -o "$tmp/one.rec"
make_recording web1 nfv-dataplane | cmp -s - "$tmp/one.rec" || fail "a recording was changed"
sed '30s/.*/9999\t1/' "$tmp/one.rec" >"$tmp/bad.rec"
echo before >"$tmp/page.html"
expect_error 1 "bad.rec:30: a value of no subject" "a damaged one" \
    "$ACDR" report "$tmp/one.rec" "$tmp/bad.rec" -o "$tmp/page.html"
printf 'time,metric\n' >"$tmp/table.csv"
expect_error 1 "table.csv:1: .*without --csv" "CSV" "$ACDR" report "$tmp/table.csv"
expect_error 2 "gnuplot-nox" "without gnuplot" \
    env PATH="$tmp/none" "$ACDR" report "$tmp/one.rec" -o "$tmp/page.html"
[ "$(cat "$tmp/page.html")" = before ] || fail "a page was written though it failed"
# shellcheck disable=SC2046
expect_error 2 "too many arguments" "33 recordings" "$ACDR" report $(seq 33)

command -v gnuplot >/dev/null || { [ $failed -ne 0 ] || skip "gnuplot is not installed"; exit 1; }
expect 0 "two recordings" "$ACDR" report "$tmp/one.rec" "$tmp/two.rec" -o "$tmp/page.html"
[ ! -s "$tmp/out" ] || fail "the page went to stdout as well"
[ ! -e "$tmp/pwned" ] || fail "a guest's name was run as a command"
[ -z "$(find "$tmp" -name 'page.html.*')" ] || fail "a temporary file was left behind"
page=$tmp/page.html

# XML that is well formed, in which each name is one thing and each reference has an end.
grep -qF "<title>KVM exits: web1, one.rec</title>" "$page" || fail "a picture has no title"
[ "$(grep -c "<title>" "$page")" = 25 ] || fail "a part of a picture has a title"
xmllint --noout "$page" 2>"$tmp/err" || fail "not well formed: $(head -n 3 "$tmp/err")"
count() { xmllint --xpath "count($1)" "$page"; }
pictures=$(count "//*[local-name()='svg']")
# Two runs: throughput, CPU, exits, run delay, memory of two guests each; softirqs and TLB of a host.
[ "$pictures" = 24 ] || fail "$pictures pictures, not 24"
grep -oE "[ <](id)=['\"][^'\"]*" "$page" | grep -v "x'" | cut -c 2- | sort >"$tmp/ids"
[ "$(wc -l <"$tmp/ids")" -gt 24 ] || fail "no names of parts found"
[ -z "$(uniq -d "$tmp/ids")" ] || fail "given twice: $(uniq -d "$tmp/ids" | head -n 3)"
grep -oE "href='#[^']*'|url\(#[^)]*" "$page" | sed "s/.*#//; s/'//" | sort -u >"$tmp/refs"
[ -s "$tmp/refs" ] || fail "no references found"
while read -r ref; do
    grep -qE "^id=['\"]$ref\$" "$tmp/ids" || fail "a reference to $ref, which is not there"
done <"$tmp/refs"

[ "$(count "//*[local-name()='image']")" = 4 ] || fail "a map is empty"

# Nothing from elsewhere, and nothing that runs.
grep -oiE "(href|src|action|data)=['\"][^#'\"][^'\"]{0,40}|url\([^#][^)]{0,40}|@import|<script|<iframe" \
    "$page" | grep -v '^href=.data:image/png;base64,' >"$tmp/outside"
[ ! -s "$tmp/outside" ] || fail "from elsewhere: $(head -n 3 "$tmp/outside")"
grep -oE "https?://[^'\"< ]*" "$page" | sort -u | grep -vE '^http://www.w3.org/(1999/xhtml|1999/xlink|2000/svg)$' \
    >"$tmp/outside"
[ ! -s "$tmp/outside" ] || fail "addresses: $(head -n 3 "$tmp/outside")"
grep -qE '<b>|<i>' "$page" && fail "a name became part of the page"

for title in "Throughput of each tap" "CPU time of the guest's threads" "KVM exits" \
    "L3 cache references" "Softirq load of each CPU" "TLB shootdowns of each CPU" \
    "Run delay of each vCPU" "Memory on each node"; do
    grep -qF ">$title</h2>" "$page" || fail "no section: $title"
done
[ "$(grep -c "Not recorded: the probe pmu " "$page")" = 1 ] || fail "what is missing is not said, or twice"

# In each of five pictures of the guest, in both runs; maps have the guest's name before it.
for word in "not conditioned" conditioned degraded drifted "given back"; do
    have=$(count "//*[local-name()='text' and .='$word']")
    want=10
    [ "$word" != "not conditioned" ] || want=20
    [ "$have" = $want ] || fail "$have marks '$word', not $want"
done
[ "$(count "//*[local-name()='text' and .='web1 conditioned']")" = 2 ] || fail "no marks on the maps"
grep -q '<td>0:00:50</td><td class=.text.>web1</td><td class=.text.>conditioned: class nfv-dataplane' \
    "$page" || fail "no event for the class"
# Both runs and guests have the scale of the highest.
[ "$(count "//*[local-name()='text' and normalize-space()='800']")" = 4 ] || fail "scales differ"

# row STATE: the figures of web1 in that state, means and highest, in a row.
row() {
    xmllint --xpath "string(//*[@id='guests']//*[local-name()='tr'][*[1]='web1'][starts-with(*[2],'$1')])" \
        "$page" | sed 's/\xc2\xa0/ /g'
}
row "not conditioned" | grep -q '100 Mbit/s100 Mbit/s–1.00 CPUs1.00 CPUs6.00 k/s6.00 k/s–25.0 %25.0 %20.0 /s' ||
    fail "not conditioned: $(row "not conditioned")"
row conditioned | grep -q \
    '900 Mbit/s900 Mbit/s–1.00 CPUs1.00 CPUs300 /s300 /s–0.00 %0.00 %0.00 /s0.00 /s0.00 ms/s0.00 ms/s100 %' ||
    fail "conditioned: $(row conditioned)"
row degraded | grep -q '5 samples900 Mbit/s' || fail "degraded: $(row degraded)"

# Before and after: web1 in one recording without and with its class; the figures that differ.
compared() {
    xmllint --xpath "string(//*[@class='guest'][*[1]='web1']//*[local-name()='tr'][*[1]='$1'])" "$page" |
        sed 's/\xc2\xa0/ /g'
}
[ "$(compared "To guest")" = "To guest100 Mbit/s900 Mbit/s+800 Mbit/s9.0 times, better" ] ||
    fail "to guest: $(compared "To guest")"
[ "$(compared "KVM exits")" = "KVM exits6.00 k/s300 /s−5.70 k/s−95 %, better" ] ||
    fail "exits: $(compared "KVM exits")"
[ "$(compared "CPU time")" = "CPU time1.00 CPUs1.00 CPUsno clear difference" ] ||
    fail "CPU time: $(compared "CPU time")"
[ "$(compared "L3 references")" = "L3 references–––" ] || fail "L3: $(compared "L3 references")"
[ "$(count "//*[@class='guest'][*[1]='plain']")" = 1 ] || fail "plain is in both, and not compared"
grep -q "<p class='headline'>6 figures are better, 0 worse. Most of all: Softirq load" "$page" ||
    fail "no headline: $(grep headline "$page")"
grep -q "<p class='headline'>No figure is clearly better or worse" "$page" ||
    fail "what has not changed has no headline"
grep -qF "<title>What acdr recorded on kvm&lt;7</title>" "$page" || fail "the host is not named"
grep -q "kvm&lt;7<br/><small>6.12.57" "$page" || fail "the kernel is not named"
for ref in $(grep -oE "<li><a href='#[a-z0-9]*" "$page" | sed 's/.*#//'); do
    [ "$(count "//*[@id='$ref']")" = 1 ] || fail "the contents name $ref, which is not there"
    refs=$((${refs:-0} + 1))
done
[ "${refs:-0}" = 12 ] || fail "${refs:-0} parts in the contents, not 12"
grep -q "width=device-width" "$page" || fail "a telephone shows it as if it were wide"
grep -q "prefers-color-scheme:dark" "$page" || fail "no dark mode"
grep -q "@media print" "$page" || fail "no style for paper"

# A recording that is not over, one sample without any rate, and names that are the same.
mkdir "$tmp/a" "$tmp/b"
head -c 3000 "$tmp/one.rec" >"$tmp/a/x.rec"
sed -n '1,/^sample/p; $p' "$tmp/one.rec" >"$tmp/b/x.rec"
expect 0 "cut off, and one sample" "$ACDR" report "$tmp/a/x.rec" "$tmp/b/x.rec"
grep -q "truncated; its last sample is omitted" "$tmp/out" || fail "it is not said that one is cut off"
grep -qF "$tmp/a/x.rec" "$tmp/out" || fail "two recordings have one name"
xmllint --noout "$tmp/out" || fail "cut off: not well formed"
expect 0 "to a file" "$ACDR" report "$tmp/b/x.rec" -o "$tmp/page"
expect 0 "to stdout" "$ACDR" report "$tmp/b/x.rec" -o -
cmp -s "$tmp/out" "$tmp/page" || fail "the page differs between a file and stdout"
if [ -w /dev/full ]; then
    expect 1 "a full disk" "$ACDR" report "$tmp/one.rec" -o /dev/full
    [ -c /dev/full ] || fail "a device was replaced by a file"
fi

# The smallest map, one CPU of which one sample is known, and no guest.
printf '%b\n' 'acdr-record\t1\t0.1.0\t5' 'sample\t100\t1000000000' 'sample\t105\t6000000000' \
    'subject\t1\tacdr_cpu_seconds\tcounter\t\t\t\t\tmode\tsoftirq\t\t5\t' '1\t0.5' 'end\ttime' \
    >"$tmp/small.rec"
expect 0 "one CPU" "$ACDR" report "$tmp/small.rec" -o "$tmp/small.html"
[ "$(xmllint --xpath "count(//*[local-name()='image'])" "$tmp/small.html")" = 1 ] ||
    fail "the map of one CPU is empty"
[ "$(grep -c "No guest was recorded" "$tmp/small.html")" = 6 ] || fail "it is not said that no guest is there"

# No file's name is too odd for a page.
odd=$tmp/$(printf 'o\377<\t&.rec')
cp "$tmp/b/x.rec" "$odd"
expect 0 "an odd name" "$ACDR" report "$odd"
xmllint --noout "$tmp/out" || fail "an odd name: not well formed"
grep -qF "o?&lt;?&amp;.rec" "$tmp/out" || fail "an odd name is not told"
for name in "'x" "a''b" "]]>" "'''" "''a]]>'"; do
    make_recording "$name" nfv-dataplane >"$tmp/odd.rec"
    expect 0 "the name $name" "$ACDR" report "$tmp/odd.rec"
    xmllint --noout "$tmp/out" || fail "the name $name: not well formed"
    [ "$(xmllint --xpath "count(//*[local-name()='svg'])" "$tmp/out")" = 12 ] ||
        fail "the name $name spoils a picture"
done

# What acdr record writes is what acdr report reads.
mkdir "$tmp/root"
cat "$SRC/tests/hosts/two-nodes-smt.host" "$SRC/tests/domains/running.host" >"$tmp/host"
"$HOST_UNPACK" "$tmp/host" "$tmp/root" || fail "the tree cannot be made"
expect 0 "a real one" "$ACDR" --root "$tmp/root" record -i 1 --for 1 -o "$tmp/real.rec"
expect 0 "of a real one" "$ACDR" report "$tmp/real.rec"
grep -qF "What acdr recorded on root</title>" "$tmp/out" || fail "the host of a real one is not named"
grep -q "<th scope='row'>running</th>" "$tmp/out" || fail "the guest of a real one is not in it"
exit $failed
