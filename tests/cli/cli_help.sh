#!/bin/sh
# Help: every command describes itself, wrong words are answered with what was meant, and acdr(1) has
# the commands and the options of the table, no more and no fewer.
. "$SRC/tests/cli/lib.sh"

expect 0 "--help" "$ACDR" --help
cp "$tmp/out" "$tmp/list"
[ "$(awk 'length > 80' "$tmp/list")" = "" ] || fail "--help has lines over 80 columns"
for way in -h help; do
    expect 0 "$way" "$ACDR" $way
    cmp -s "$tmp/list" "$tmp/out" || fail "$way differs from --help"
done
expect 0 "-V" "$ACDR" -V
grep -q '^acdr [0-9]' "$tmp/out" || fail "-V prints: $(cat "$tmp/out")"
expect 2 "nothing" "$ACDR"
grep -q '^  plan ' "$tmp/err" || fail "acdr alone does not list the commands"

commands=$(sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' "$tmp/list")
[ "$(echo "$commands" | wc -l)" -ge 25 ] || fail "few commands: $commands"
: >"$tmp/table"
for command in $commands; do
    expect 0 "help $command" "$ACDR" help "$command"
    cp "$tmp/out" "$tmp/help"
    for way in --help -h; do
        expect 0 "$command $way" "$ACDR" "$command" $way
        cmp -s "$tmp/help" "$tmp/out" || fail "$command $way differs from help $command"
    done
    [ "$(awk 'length > 80' "$tmp/help")" = "" ] || fail "help $command has lines over 80 columns"
    for part in "usage: acdr $command" 'Options:' 'Exit status:' '  0  ' '  2  ' 'Example:'; do
        grep -q "^$part" "$tmp/help" || fail "help $command lacks '$part'"
    done
    # The example is a call of this command with options that it takes.
    example=$(sed -n '/^Example:/{n;s/^  acdr //;s/ *>.*//;p;}' "$tmp/help")
    [ "${example%% *}" = "$command" ] || fail "the example of $command is: $example"
    # shellcheck disable=SC2086
    expect 0 "the example of $command" "$ACDR" "$command" --help ${example#* }
    sed -n '/^Options:/,/^$/s/^  \(-., \)\{0,1\} *--\([a-z-]*\).*/\2/p' "$tmp/help" |
        sed "s/^/$command --/" >>"$tmp/table"
done
grep -v -e '--help$' -e '--version$' -e '--no-pager$' "$tmp/table" | sort >"$tmp/known"

# The manual's synopsis has the options of each command, its text those of all: --json and --root.
man=$SRC/docs/man/acdr.1
awk '/^\.Sh SYNOPSIS/ { on = 1; next } /^\.Sh / { on = 0 } !on { next }
     /^\.Nm/ { command = "" }
     /^\.(Cm|Op|Oo|Fl|Ar)/ {
         for (i = 1; i <= NF; i++) {
             if (($i == "Cm" || $i == ".Cm") && command == "") { command = $(i + 1); print command }
             if ($i == "Fl" || $i == ".Fl") {
                 name = $(i + 1)
                 if (name == "i") name = "-interval"
                 if (name == "o") name = "-output"
                 print command " -" name
             }
         }
     }' "$man" | sort -u >"$tmp/synopsis"
# listed OPTION WORD: the commands that the paragraph of OPTION names behind WORD.
listed() {
    awk -v option="$1" -v word="$2" '/^\.It / { on = $0 ~ "^.It Fl -" option "( |$)"; open = 0 }
        on && $0 ~ word { open = 1; next }
        open && /^\.Cm|^and|^\.Fl/ { print; next }
        open && /^Sets|^accept/ { open = 0 }' "$man" | sed 's/^\.Cm//' | tr ' ,.' '\n\n\n' |
        grep -vx -e and -e Fl -e '' | sort -u
}
listed json '^For$' | sed 's/$/ --json/' >"$tmp/json"
[ -s "$tmp/json" ] || fail "the manual does not list the commands with --json"
listed root '^All commands except' >"$tmp/rootless"
[ -s "$tmp/rootless" ] || fail "the manual does not list the commands without --root"
echo "$commands" | sort | comm -23 - "$tmp/rootless" | sed 's/$/ --root/' >"$tmp/root"
grep -e ' --' "$tmp/synopsis" | cat - "$tmp/json" "$tmp/root" | sort >"$tmp/manual"
diff "$tmp/manual" "$tmp/known" >"$tmp/diff" ||
    fail "acdr(1) (<) and the command (>) have other options: $(cat "$tmp/diff")"
grep -v -e ' --' "$tmp/synopsis" | sort >"$tmp/manual"
echo "$commands" | sort | diff "$tmp/manual" - >"$tmp/diff" ||
    fail "acdr(1) (<) and the command (>) have other commands: $(cat "$tmp/diff")"
for command in $commands; do
    grep -q "^\.It Cm $command\\b" "$man" || fail "acdr(1) does not describe $command"
done

expect_error 2 "did you mean 'status'" "exchanged letters" "$ACDR" stauts
expect_error 2 "did you mean 'plan'" "a letter more" "$ACDR" plans
expect_error 2 "did you mean 'rebalance'" "a beginning" "$ACDR" rebal
expect_error 2 "did you mean 'verify'" "the same after help" "$ACDR" help verifyy
expect_error 2 "did you mean '--json'" "an option" "$ACDR" status --jsno
expect_error 2 "did you mean '--class'" "with its argument" "$ACDR" plan --clas5=realtime
for far in frobnicate x; do
    expect_error 2 "no command '$far'" "nothing near" "$ACDR" $far
    ! grep -q 'did you mean' "$tmp/err" || fail "$far: $(cat "$tmp/err")"
done
expect_error 2 "unrecognized option '-q'" "a short form" "$ACDR" status -q
expect_error 2 "no argument goes with '--json'" "an argument too many" "$ACDR" status --json=x
expect_error 2 "'-o' requires an argument" "a short form's argument" "$ACDR" record -o
expect_error 2 "the argument DOMAIN is missing" "the first argument" "$ACDR" tag
expect_error 2 "the argument CLASS is missing" "the second argument" "$ACDR" tag web1
expect_error 2 "the argument FILE is missing" "a list" "$ACDR" report
expect_error 2 "bash, zsh or fish" "an unknown shell" "$ACDR" completion csh
exit $failed
