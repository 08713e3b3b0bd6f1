#!/bin/sh
# acdr.conf(5) has the steps and keys that the library knows, with their defaults.
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
exit $failed
