#!/bin/sh
# acdr host on a made-up machine: the numbers, in JSON and for people.
. "$SRC/tests/cli/lib.sh"

make_host "$tmp/root"
before=$(tree "$tmp/root")
expect 0 "host --json" "$ACDR" --root "$tmp/root" host --json
json_is 16 cpus
json_is 9 cpus 9 cpu
json_is 1 cpus 9 core
json_is 0 cpus 9 l3
json_is 4 cpus 13 package
json_is 1 cpus 13 node
json_is true cpus 13 online
json_is false cpus 13 isolated
json_is false cpus 13 nohz_full
json_is 2 nodes
json_is 4-7,12-15 nodes 1 cpus
json_is 8388608 nodes 1 memtotal_kb
json_is 6291456 nodes 1 memfree_kb
json_is 6291456 nodes 1 memavail_kb
json_is 21 nodes 1 distances 0
json_is 0 nodes 1 hugepages 2048
json_is 2 irqs
json_is 24 irqs 0 irq
json_is 0-15 irqs 0 affinity
json_is 0 nics
json_is 0,4,8,12 housekeeping
json_is "" isolated
json_is 6.1.0-test kernel
json_is 4 ways
cp "$tmp/out" "$tmp/first"
expect 0 "the root from the environment" env ACDR_ROOT="$tmp/root" "$ACDR" --json host
cmp -s "$tmp/out" "$tmp/first" || fail "--root and ACDR_ROOT differ"

expect 0 "host" "$ACDR" --root "$tmp/root" host
for line in 'kernel  *6.1.0-test, .*' 'housekeeping  *0-12:4' '1  *4-7,12-15  *8.0 GiB  *6.0 GiB  *6.0 GiB' \
    'distance of node 1: 21 to 0, 10 to 1' 'huge pages of node 1: 0 pages of 2 MiB' \
    'node 0, socket 0  *node 1, socket 1' '8.0 GiB, 6.0 free  *8.0 GiB, 6.0 free' \
    'L3 0  *\[ 0+  8+\] \[ 1\.  9\.\] \[ 2\. 10\.\]  *L3 4  *\[ 4+ 12+\] .*' '  *\[ 3\. 11\.\]  *\[ 7\. 15\.\]'; do
    grep -q "^$line\$" "$tmp/out" || fail "host does not print: $line"
done

# Who has what: a pool of a core and of one thread, whose sibling is free.
put "$tmp/pools/etc/acdr/classes/own.conf" "[vcpus]"
make_host "$tmp/pools"
for pool in one:1,9 two:6; do
    expect 0 "pool $pool" "$ACDR" --root "$tmp/pools" apply --class own --cpus "${pool#*:}" --name "${pool%:*}"
done
expect 0 "pools" "$ACDR" --root "$tmp/pools" host --json
json_is one cpus 9 owner
json_is static cpus 9 use
json_is free cpus 14 use
json_is housekeeping cpus 4 use
expect 0 "pools" "$ACDR" --root "$tmp/pools" host
grep -q '\[ 1A  9A\] \[ 2\. 10\.\].*\[ 6B 14\.\]' "$tmp/out" || fail "the owners are not drawn"
grep -q '^ A  one$' "$tmp/out" && grep -q '^ B  two$' "$tmp/out" || fail "no legend of owners"
! grep -q "$(printf '\033')" "$tmp/out" || fail "colours where stdout is no terminal"
awk 'length($0) > 80 { exit 1 }' "$tmp/out" || fail "lines of over 80 columns: $(awk 'length($0) > 80' "$tmp/out")"
! grep -q ' $' "$tmp/out" || fail "lines that end in blanks"

# On a terminal in colours, unless NO_COLOR forbids them.
on_terminal() {
    script -qec "$ACDR --root $tmp/pools host" /dev/null >"$tmp/typed" 2>/dev/null
}
if command -v script >/dev/null; then
    unset NO_COLOR
    TERM=xterm on_terminal
    grep -q "$(printf '\033')\[30;48;5;39m 1A" "$tmp/typed" || fail "no colours on a terminal"
    NO_COLOR=1 TERM=xterm on_terminal
    grep -q '\[ 1A  9A\]' "$tmp/typed" || fail "NO_COLOR: colours on a terminal"
fi

# The same as a picture.
expect 0 "host --svg" "$ACDR" --root "$tmp/pools" host --svg "$tmp/picture.svg"
[ ! -s "$tmp/out" ] || fail "--svg prints on stdout"
! command -v xmllint >/dev/null || xmllint --noout "$tmp/picture.svg" || fail "the picture is no XML"
[ "$(grep -c '<title>CPU ' "$tmp/picture.svg")" -eq 16 ] || fail "the picture has not all CPUs"
grep -q '<title>CPU 9: static of one</title>' "$tmp/picture.svg" || fail "the picture lacks an owner"
grep -q "<title>pools: nodes, caches" "$tmp/picture.svg" || fail "the picture names no host"
expect 0 "isolated" "$ACDR" --root "$SRC/tests/hosts/two-nodes-isolcpus.host" host --svg "$tmp/isolated.svg"
grep -q "<title>CPU 10: free, isolated</title><rect[^>]*stroke='#b3261e'" "$tmp/isolated.svg" ||
    fail "an isolated CPU is not marked"
grep -q "isolated at boot" "$tmp/isolated.svg" || fail "the mark is not in the legend"
grep -q "<title>two-nodes-isolcpus.host: " "$tmp/isolated.svg" || fail "a recorded host has no name"
expect 0 "isolated" "$ACDR" --root "$SRC/tests/hosts/two-nodes-isolcpus.host" host
grep -q '\[ 2= 10=\]' "$tmp/out" || fail "an isolated CPU is not marked in the text"
for host in "$SRC"/tests/hosts/*.host; do
    expect 0 "$host" "$ACDR" --root "$host" host
    # Characters, not bytes: one is an ellipsis.
    ! sed 's/…/./g' "$tmp/out" | grep -qE '^.{81}' || fail "$host: lines of over 80 columns"
done
expect 0 "host --svg -" "$ACDR" --root "$tmp/pools" host --svg -
cmp -s "$tmp/out" "$tmp/picture.svg" || fail "--svg - prints another picture"
expect_error 1 "$tmp/none/x: No such file" "a picture in no folder" \
    "$ACDR" --root "$tmp/root" host --svg "$tmp/none/x"
expect_error 2 "cannot be combined" "--svg --json" "$ACDR" --root "$tmp/root" host --svg - --json
expect_error 2 "either --record or --svg" "--svg --record" "$ACDR" --root "$tmp/root" host --svg - --record

# A recording, unpacked elsewhere, is the same host.
expect 0 "host --record" "$ACDR" --root "$tmp/root" host --record
cp "$tmp/out" "$tmp/recording"
expect 0 "host --record FILE" "$ACDR" --root "$tmp/root" host --record "$tmp/file"
[ ! -s "$tmp/out" ] && cmp -s "$tmp/file" "$tmp/recording" || fail "FILE and stdout differ"
mkdir "$tmp/copy"
"$HOST_UNPACK" "$tmp/recording" "$tmp/copy" || fail "the recording cannot be unpacked"
expect 0 "the copy" "$ACDR" --root "$tmp/copy" host --json
cmp -s "$tmp/out" "$tmp/first" || fail "the copy is another host: $(diff "$tmp/out" "$tmp/first")"
expect_error 1 "$tmp/none/x: No such file" "a file in no folder" \
    "$ACDR" --root "$tmp/root" host --record "$tmp/none/x"
expect_error 2 "cannot be combined" "--record --json" "$ACDR" --root "$tmp/root" host --record --json
expect_error 2 "goes with --record" "FILE alone" "$ACDR" --root "$tmp/root" host "$tmp/file"

# So is one of the machine that runs this, but for its free memory and its guests.
plain() { sed -e 's/"mem\(free\|avail\)_kb": *[0-9]*//' -e 's/"\(use\|owner\)": .*//' "$1"; }
if expect 0 "this machine" "$ACDR" host --record "$tmp/live"; then
    mkdir "$tmp/here"
    "$HOST_UNPACK" "$tmp/live" "$tmp/here" || fail "this machine's recording cannot be unpacked"
    expect 0 "this machine as JSON" "$ACDR" host --json
    plain "$tmp/out" >"$tmp/want"
    expect 0 "its copy" "$ACDR" --root "$tmp/here" host --json
    plain "$tmp/out" >"$tmp/got"
    diff "$tmp/want" "$tmp/got" >"$tmp/diff" || fail "this machine's copy differs: $(cat "$tmp/diff")"
    # A machine may be called vm, as a folder of the kernel is.
    [ -z "$(uname -n)" ] || ! sed 's,^/proc/sys/vm/,,' "$tmp/live" | grep -qwF -- "$(uname -n)" ||
        fail "the recording has this machine's name"
fi
[ "$before" = "$(tree "$tmp/root")" ] && [ ! -e "$tmp/root/run" ] || fail "host changed something"
[ $failed -eq 0 ] || cat "$tmp/out"
exit $failed
