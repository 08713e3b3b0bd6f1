#!/bin/sh
# The table in docs/classes.md is what the shipped classes say; ACDR_UPDATE=1 writes it anew.
. "$SRC/tests/cli/lib.sh"

doc=$SRC/docs/classes.md
mkdir -p "$tmp/root/etc/acdr/classes"
cp "$SRC"/profiles/*.conf "$tmp/root/etc/acdr/classes"
echo '[bogus]' >"$tmp/root/etc/acdr/classes/all-steps.conf"
expect_error 1 "unknown step" "a class with an unknown step" \
    "$ACDR" --root "$tmp/root" classes all-steps
sed -n 's/.*use one of: //p' "$tmp/err" | tr -d ' ' | tr , '\n' >"$tmp/steps"
rm "$tmp/root/etc/acdr/classes/all-steps.conf"

# "CLASS STEP NEED" of every step of every class.
for file in "$SRC"/profiles/*.conf; do
    class=$(basename "$file" .conf)
    echo "$class" >>"$tmp/names"
    expect 0 "class $class" "$ACDR" --root "$tmp/root" classes "$class"
    awk -v class="$class" '/^\[/ { step = substr($1, 2, length($1) - 2) }
        step && /^need = / { print class, step, $3 }
        step == "observe" && /^interval = / { print class, step, "own" }' "$tmp/out" >>"$tmp/cells"
done
[ "$(wc -l <"$tmp/names")" -ge 8 ] || fail "only $(wc -l <"$tmp/names") classes found"

awk -v names="$(xargs <"$tmp/names")" '
    FILENAME ~ /cells$/ { need[$1, $2] = $3; next }
    FNR == 1 {
        n = split(names, class, " ")
        printf "| step |"
        for (i = 1; i <= n; i++) printf " `%s` |", class[i]
        printf "\n|---|"
        for (i = 1; i <= n; i++) printf "---|"
        print ""
    }
    {
        printf "| `%s` |", $1
        for (i = 1; i <= n; i++) printf " %s |", need[class[i], $1]
        print ""
    }' "$tmp/cells" "$tmp/steps" >"$tmp/table"

if [ -n "${ACDR_UPDATE-}" ]; then
    sed '/^| step |/,$d' "$doc" >"$tmp/doc"
    cat "$tmp/doc" "$tmp/table" >"$doc"
fi
sed -n '/^| step |/,$p' "$doc" | diff - "$tmp/table" ||
    fail "docs/classes.md (<) and the classes (>) differ"

# Every class is in the list above the table, too.
while read -r class; do
    grep -q "^| .* | \`$class\` |\$" "$doc" || fail "docs/classes.md does not say who takes $class"
done <"$tmp/names"
exit $failed
