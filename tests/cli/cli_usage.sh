#!/bin/sh
# Called wrongly: exit status 2 and a line that says what is wrong. Nothing is read or written.
. "$SRC/tests/cli/lib.sh"

expect_error 2 "no command" "no command" "$ACDR"
expect_error 2 "no command 'bogus'" "an unknown command" "$ACDR" bogus
expect_error 2 "unrecognized option" "an unknown option" "$ACDR" --bogus host
expect_error 2 "requires an argument" "an option without its value" "$ACDR" host --root
expect_error 2 "host does not take --cpus" "another command's option" "$ACDR" host --cpus 1
expect_error 2 "apply does not take --json" "no report" "$ACDR" apply --json
expect_error 2 "settle does not take --dry-run" "a repair" "$ACDR" settle --dry-run
expect_error 2 "tag does not take --root" "a foreign root" "$ACDR" --root / tag g c
expect_error 2 "given twice" "an option given twice" "$ACDR" --root / --root / host
for command in host settle; do
    expect_error 2 "too many arguments" "$command x" "$ACDR" $command x
done
for command in classes plan xml advise start status verify rebalance untag; do
    expect_error 2 "too many arguments" "$command x y" "$ACDR" $command x y
done
for command in release tag untag; do
    expect_error 2 "the argument [A-Z]* is missing" "$command" "$ACDR" $command
done
expect_error 2 "DOMAIN is missing" "start" "$ACDR" start
expect_error 2 "start does not take --root" "a foreign root" "$ACDR" --root / start g
expect_error 2 "CLASS is missing" "tag x" "$ACDR" tag x
expect_error 2 "NUMBER is missing" "a CPU without its number" "$ACDR" explain cpu
expect_error 2 "an empty text" "an empty root" "$ACDR" --root "" settle
expect_error 2 "an empty text" "the same from the environment" env ACDR_ROOT= "$ACDR" settle
mkdir "$tmp/root"
expect_error 2 "either DOMAIN or --xml" "plan without a guest" "$ACDR" --root "$tmp/root" plan
expect_error 2 "either DOMAIN or --xml" "plan with two" "$ACDR" --root "$tmp/root" plan a --xml b
for args in "--cpus 1 --name n" "--class c --name n" "--class c --cpus 1"; do
    expect_error 2 "all needed" "apply $args" "$ACDR" --root "$tmp/root" apply $args
done
[ -z "$(find "$tmp/root" -mindepth 1)" ] || fail "a wrong call left files under the root"

expect 0 "--version" "$ACDR" --version
grep -q '^acdr [0-9]*\.[0-9]*\.[0-9]*$' "$tmp/out" || fail "--version prints: $(cat "$tmp/out")"
# Failures that are not the call's form: exit status 1.
expect_error 1 "$tmp/none" "a root that is not there" "$ACDR" --root "$tmp/none" host
expect_error 1 "$tmp/none" "the same from the environment" env ACDR_ROOT="$tmp/none" "$ACDR" host
expect_error 1 "this machine's" "tag and a foreign root" env ACDR_ROOT="$tmp/root" "$ACDR" untag g
expect_error 1 "$tmp/none" "no such file" "$ACDR" --root "$tmp/root" plan --xml "$tmp/none"
expect_error 1 "$tmp: " "a directory as XML" "$ACDR" --root "$tmp/root" plan --xml "$tmp"
head -c 16777217 /dev/zero >"$tmp/big"
expect_error 1 "File too large" "XML over 16 MiB" "$ACDR" --root "$tmp/root" plan --xml "$tmp/big"
if [ -w /dev/full ]; then
    "$ACDR" --help >/dev/full 2>"$tmp/err"
    [ $? -eq 1 ] || fail "a full disk is not noticed"
fi
exit $failed
