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
cat "$SRC/examples/grafana/acdr-guests.json" "$SRC/examples/grafana/acdr-alerts.yml" |
    grep -o 'acdr_[a-z0-9_]*' | sort -u >"$tmp/shown"
[ "$(wc -l <"$tmp/shown")" -ge 12 ] || fail "too few metrics found in the dashboard"
unknown=$(comm -13 "$tmp/known" "$tmp/shown")
[ -z "$unknown" ] || fail "the dashboard shows what nothing gives: $unknown"
while read -r name; do
    grep -qF "| \`$name\` |" "$SRC/docs/watching.md" || fail "docs/watching.md lacks $name"
done <"$tmp/known"

# Each panel says what it shows, and the two states that matter most are the first.
panels=$(grep -c '"type": "timeseries"' "$SRC/examples/grafana/acdr-guests.json")
described=$(grep -c '"description": "[A-Z0-9]' "$SRC/examples/grafana/acdr-guests.json")
[ "$panels" -ge 18 ] && [ "$panels" = "$described" ] || fail "$described of $panels panels are described"
for i in 0 1; do
    "$JSON_GET" panels $i title <"$SRC/examples/grafana/acdr-guests.json"
done >"$tmp/first"
grep -qi unconditioned "$tmp/first" && grep -qi degraded "$tmp/first" || fail "first: $(cat "$tmp/first")"

# The rules of the alerts, by the program that reads them; one that is no rule is refused.
command -v promtool >/dev/null || { [ $failed -ne 0 ] || skip "promtool is not installed"; exit 1; }
cp "$SRC/examples/grafana/acdr-alerts.yml" "$SRC/tests/cli/acdr-alerts.test.yml" "$tmp"
promtool check rules "$tmp/acdr-alerts.yml" >"$tmp/out" 2>&1 || fail "rules: $(cat "$tmp/out")"
(cd "$tmp" && promtool test rules acdr-alerts.test.yml) >"$tmp/out" 2>&1 || fail "alerts: $(cat "$tmp/out")"
exit $failed
