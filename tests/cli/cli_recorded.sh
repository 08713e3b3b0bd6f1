#!/bin/sh
# acdr host on recorded machines: valid JSON, and a text for people with as many nodes.
. "$SRC/tests/cli/lib.sh"
[ -d "$shared/fixtures/dumps" ] || skip "no recorded machines in $shared"

n=0
while IFS=$(printf '\t') read -r set id file rest; do
    case $file in
    *.tar.bz2 | *.tar.gz | *.tgz) ;;
    *) continue ;;
    esac
    [ -f "$shared/fixtures/dumps/$file" ] || continue
    [ -d "$tmp/$id" ] || { mkdir "$tmp/$id" && tar -xf "$shared/fixtures/dumps/$file" -C "$tmp/$id" 2>/dev/null; }
    root=$(find "$tmp/$id" -path '*/sys/devices/system/cpu' -type d 2>/dev/null | head -n 1)
    [ -n "$root" ] || continue
    root=${root%/sys/devices/system/cpu}
    expect 0 "$id: host --json" "$ACDR" --root "$root" host --json
    nodes=$("$JSON_GET" nodes <"$tmp/out") || fail "$id: no JSON with nodes"
    [ "${nodes:-0}" -ge 1 ] || fail "$id: no node"
    expect 0 "$id: host" "$ACDR" --root "$root" host
    rows=$(sed -n '/^NODE /,/^$/p' "$tmp/out" | grep -c '^[0-9]')
    [ "$rows" = "$nodes" ] || fail "$id: $rows nodes in the text, $nodes in the JSON"
    chmod -R u+w "$tmp/$id"
    rm -rf "${tmp:?}/$id"
    n=$((n + 1))
done <"$shared/fixtures/manifest.tsv"
[ $n -ge 20 ] || fail "only $n machines were read"
exit $failed
