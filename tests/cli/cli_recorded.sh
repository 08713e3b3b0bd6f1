#!/bin/sh
# acdr host on recorded machines: valid JSON, a text for people with as many nodes, and a recording
# that is the same machine when it is unpacked. A few kinds of machine are enough here; tests/oracle
# compares the values on all of them, and all of their recordings.
. "$SRC/tests/cli/lib.sh"
dumps=$shared/fixtures/dumps
[ -d "$dumps" ] || skip "no recorded machines in $shared"

for file in cnto-worker2-32.tgz hwloc-nvidiagpunumanodes.tar.bz2 hwloc-offline-cpu0-node0.tar.bz2 \
    libvirt-linux-test6.tar.gz ul-s390-lpar.tar.gz ul-arm-A510-A710-A715-X3.tar.gz; do
    mkdir "$tmp/host"
    tar -xf "$dumps/$file" -C "$tmp/host" 2>/dev/null # device nodes need not come out
    root=$(find "$tmp/host" -path '*/sys/devices/system/cpu' -type d | head -n 1)
    root=${root%/sys/devices/system/cpu}
    expect 0 "$file: host --json" "$ACDR" --root "$root" host --json
    nodes=$("$JSON_GET" nodes <"$tmp/out") || fail "$file: no JSON with nodes"
    [ "${nodes:-0}" -ge 1 ] || fail "$file: no node"
    expect 0 "$file: host" "$ACDR" --root "$root" host
    rows=$(sed -n '/^NODE /,/^$/p' "$tmp/out" | grep -c '^[0-9]')
    [ "$rows" = "$nodes" ] || fail "$file: $rows nodes in the text, $nodes in the JSON"
    expect 0 "$file: host --json" "$ACDR" --root "$root" host --json
    cp "$tmp/out" "$tmp/first"
    expect 0 "$file: host --record" "$ACDR" --root "$root" host --record "$tmp/recording"
    mkdir "$tmp/copy"
    "$HOST_UNPACK" "$tmp/recording" "$tmp/copy" || fail "$file: the recording cannot be unpacked"
    expect 0 "$file: the copy" "$ACDR" --root "$tmp/copy" host --json
    diff "$tmp/first" "$tmp/out" >"$tmp/diff" || fail "$file: the copy differs: $(head -n 20 "$tmp/diff")"
    chmod -R u+w "$tmp/host"
    rm -rf "$tmp/host" "$tmp/copy"
done
exit $failed
