#!/bin/sh
# symbols.sh CC SOURCE LIBRARY: the functions in the public headers are those of the map, those that
# the library exports, and those that the man page describes.
set -eu
cc=$1 src=$2 lib=$3
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

"$cc" -E -P -I"$src/include" "$src/include/acdr/acdr.h" | tr '\n' ' ' | tr ';{}' '\n\n\n' |
    grep -v '^ *typedef' | grep -o 'acdr_[a-z0-9_]* *(' | tr -d ' (' | sort >"$tmp/header"
awk '/global:/ { on = 1; next } /local:/ { on = 0 } on { gsub(/[ \t;]/, ""); if ($0) print }' \
    "$src/libacdr/libacdr.map" | sort >"$tmp/map"
nm -D --defined-only "$lib" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' | sort >"$tmp/library"
sed -n 's/^\.F[no] \(acdr_[a-z0-9_]*\).*/\1/p' "$src/docs/man/libacdr.3" | sort -u >"$tmp/man"

status=0
[ "$(wc -l <"$tmp/header")" -ge 20 ] || { echo "too few functions found in the headers"; exit 1; }
uniq -d "$tmp/header" | grep . && { echo "declared twice"; status=1; }
for other in map library man; do
    if ! diff "$tmp/header" "$tmp/$other" >"$tmp/diff"; then
        echo "the headers (<) and the $other (>) differ:"
        grep '^[<>]' "$tmp/diff"
        status=1
    fi
done
exit $status
