#!/bin/sh
# acdr run: what is refused, without a change. That it conditions and gives back, the lab shows.
. "$SRC/tests/cli/lib.sh"

make_host "$tmp/root"
before=$(tree "$tmp/root")
expect_error 2 "--class is needed" "run without a class" "$ACDR" run --cores 1 -- true
expect_error 2 "--cores or --cpus" "run without CPUs" "$ACDR" run --class none -- true
expect_error 2 "--cores or --cpus" "run with both" "$ACDR" run --class none --cores 1 --cpus 1 -- true
expect_error 2 "number from 1 to" "run on half a core" "$ACDR" run --class none --cores 0.5 -- true
expect_error 2 "such as 64G" "run with odd memory" "$ACDR" run --class none --cores 1 --memory much -- true
expect_error 2 "COMMAND is missing" "run without a command" "$ACDR" run --class none --cores 1
expect_error 1 "this machine's" "run on another host" \
    "$ACDR" --root "$tmp/root" run --class none --cores 1 -- true
[ "$before" = "$(tree "$tmp/root")" ] || fail "a refused run changed the host"
expect 0 "help" "$ACDR" run --help
grep -q '^  127  there is no such command$' "$tmp/out" || fail "no exit statuses: $(cat "$tmp/out")"
exit $failed
