#!/bin/sh
# acdr.conf(5) has the steps and keys that the library knows, with their defaults; acdr.conf(5) and
# examples/acdr.conf have the keys of acdr.conf.
. "$SRC/tests/cli/lib.sh"

mkdir -p "$tmp/root/etc/acdr/classes"
# The manual's steps: "[step]" and "key = default" lines, in the manual's order.
awk '/^\.Sh STEPS/ { on = 1; next } /^\.Sh / { on = 0 } !on { next }
     /^\.Ss / { print "[" $2 "]" }
     /^\.It Cm / { key = $3 }
     /^Default:/ { getline; print key " = " $2 }' "$SRC/docs/man/acdr.conf.5" >"$tmp/man"
grep '^\[' "$tmp/man" >"$tmp/root/etc/acdr/classes/all.conf"
[ -s "$tmp/root/etc/acdr/classes/all.conf" ] || fail "no steps in the manual"
expect 0 "a class with all steps of the manual" "$ACDR" --root "$tmp/root" classes all
sed -n '/^\[/,$p' "$tmp/out" | grep -v -e '^$' -e '^need = ' -e '^use = ' >"$tmp/known"
diff "$tmp/man" "$tmp/known" >"$tmp/diff" || { fail "the manual (<) and the library (>) differ:"; cat "$tmp/diff"; }

# A step that the manual does not have shows in the list that an unknown one is answered with.
echo '[bogus]' >"$tmp/root/etc/acdr/classes/bogus.conf"
expect_error 1 "bogus.conf:1: " "a class with an unknown step" "$ACDR" --root "$tmp/root" classes bogus
sed -n 's/.*use one of: //p' "$tmp/err" | tr -d ' ' | tr , '\n' | sort >"$tmp/steps"
tr -d '[]' <"$tmp/root/etc/acdr/classes/all.conf" | sort | diff - "$tmp/steps" ||
    fail "the manual (<) and the library (>) have other steps"

# The parser lists the keys of acdr.conf when it meets an unknown one.
echo 'bogus = 1' >"$tmp/root/etc/acdr/acdr.conf"
expect_error 1 "acdr.conf:1: bogus: unknown key" "an unknown key in acdr.conf" \
    "$ACDR" --root "$tmp/root" rebalance
sed -n 's/.*use one of: //p' "$tmp/err" | tr -d ' ' | tr , '\n' | sort >"$tmp/known"
[ "$(wc -l <"$tmp/known")" -ge 6 ] || fail "only $(wc -l <"$tmp/known") keys of acdr.conf found"
awk '/^\.Sh HOST CONFIGURATION/ { on = 1; next } /^\.S[hs] / { on = 0 }
     on && /^\.It Cm / { print $3 }' "$SRC/docs/man/acdr.conf.5" | sort | diff - "$tmp/known" ||
    fail "acdr.conf(5) (<) and the parser (>) have other keys of acdr.conf"
sed -n -e '/^#\[/q' -e 's/^#\([a-z]*\) = .*/\1/p' "$SRC/examples/acdr.conf" | sort | diff - "$tmp/known" ||
    fail "examples/acdr.conf (<) and the parser (>) have other keys"

# The same for the keys of a rule.
printf '[allow x]\nbogus = 1\n' >"$tmp/root/etc/acdr/acdr.conf"
expect_error 1 "acdr.conf:2: bogus: unknown key" "an unknown key in a rule" \
    "$ACDR" --root "$tmp/root" rebalance
sed -n -e 's/, or move .*//' -e 's/.*use one of: //p' "$tmp/err" | tr -d ' ' | tr , '\n' | sort >"$tmp/known"
[ "$(wc -l <"$tmp/known")" -ge 4 ] || fail "only $(wc -l <"$tmp/known") keys of a rule found"
awk '/^\.Ss Rules/ { on = 1; next } /^\.S[hs] / { on = 0 }
     on && /^\.It Cm / { print $3 }' "$SRC/docs/man/acdr.conf.5" | sort | diff - "$tmp/known" ||
    fail "acdr.conf(5) (<) and the parser (>) have other keys of a rule"
sed -n -e '/^#\[/,$s/^#\([a-z]*\) = .*/\1/p' "$SRC/examples/acdr.conf" | sort | diff - "$tmp/known" ||
    fail "examples/acdr.conf (<) and the parser (>) have other keys of a rule"

# Without its comment signs the example is a valid file.
sed -e 's/^#\([a-z]* = \)/\1/' -e 's/^#\[/[/' "$SRC/examples/acdr.conf" >"$tmp/root/etc/acdr/acdr.conf"
expect 0 "every key of examples/acdr.conf" "$ACDR" --root "$tmp/root" rebalance
exit $failed
