#!/bin/sh
# Each figure that the example dashboard shows is one that a probe gives, by the name it gets there,
# and docs/watching.md has them all.
. "$SRC/tests/cli/lib.sh"

"$JSON_GET" title <"$SRC/examples/grafana/acdr-guests.json" >"$tmp/title" ||
    fail "the dashboard is no JSON"
awk '/= \{ "acdr_/ || /^ *\{ "acdr_/ { open = 1; text = "" }
    open { text = text " " $0 }
    open && /ACDR_METRIC_/ {
        match(text, /"acdr_[a-z0-9_]*"/)
        name = substr(text, RSTART + 1, RLENGTH - 2)
        if (text ~ /ACDR_METRIC_COUNTER/) name = name "_total"
        if (text ~ /ACDR_METRIC_INFO/) name = name "_info"
        print name; open = 0
    }' "$SRC"/libacdr/observe/probes/*.c | sort -u >"$tmp/known"
[ "$(wc -l <"$tmp/known")" -ge 40 ] || fail "too few metrics found in the source"
grep -o 'acdr_[a-z0-9_]*' "$SRC/examples/grafana/acdr-guests.json" | sort -u >"$tmp/shown"
[ "$(wc -l <"$tmp/shown")" -ge 12 ] || fail "too few metrics found in the dashboard"
unknown=$(comm -13 "$tmp/known" "$tmp/shown")
[ -z "$unknown" ] || fail "the dashboard shows what nothing gives: $unknown"
while read -r name; do
    grep -qF "| \`$name\` |" "$SRC/docs/watching.md" || fail "docs/watching.md lacks $name"
done <"$tmp/known"
exit $failed
