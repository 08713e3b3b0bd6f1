#!/bin/sh
# The completions are valid in their shells, and offer the commands, the options of a command,
# classes and guests.
. "$SRC/tests/cli/lib.sh"

# A PATH on which the command and virsh answer as on a host.
mkdir "$tmp/bin"
ln -s "$ACDR" "$tmp/bin/real"
cat >"$tmp/bin/acdr" <<END
#!/bin/sh
[ "\$*" != classes ] || { printf 'CLASS DESCRIPTION\nrealtime x y\nquiet z\n'; exit; }
exec "$tmp/bin/real" "\$@"
END
printf '#!/bin/sh\nprintf "web1\\nweb2\\n"\n' >"$tmp/bin/virsh"
chmod +x "$tmp/bin/acdr" "$tmp/bin/virsh"
export PATH="$tmp/bin:$PATH"
for shell in bash zsh fish; do
    expect 0 "completion $shell" "$ACDR" completion $shell
    cp "$tmp/out" "$tmp/acdr.$shell"
done

# The answers are compared as sorted lists. FORM: a program of the shell that prints what it offers.
answer() { tr -s ' ' '\n' | grep . | sort | tr '\n' ' ' | sed 's/ $//'; }
bash_offers() {
    bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _acdr; printf "%s\n" "${COMPREPLY[@]}"' \
        - "$tmp/acdr.bash" "$@" | answer
}
zsh_offers() {
    zsh -f -c 'compadd() { shift; print -l -- "$@"; }; _files() { print -- :files; }; . "$1"; shift
        words=("$@"); CURRENT=$#; _acdr' - "$tmp/acdr.zsh" "$@" | answer
}
fish_offers() {
    fish --no-config -c 'source $argv[1]; complete -C"$argv[2]"' "$tmp/acdr.fish" "$1" | cut -f 1 | answer
}
same() { [ "$2" = "$3" ] || fail "$1 offers '$2', expected '$3'"; }

expect 0 "the help" "$ACDR" --help
commands=$(sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' "$tmp/out" | answer)
same "bash" "$(bash_offers acdr '' | tr ' ' '\n' | grep -v '^-' | answer)" "$commands"
same "bash: st" "$(bash_offers acdr st)" "start status"
same "bash: tag" "$(bash_offers acdr tag '' | tr ' ' '\n' | grep -v '^-' | answer)" \
    "quiet realtime web1 web2"
same "bash: --class" "$(bash_offers acdr plan web1 --class '')" "quiet realtime"
same "bash: an option before the command" "$(bash_offers acdr --root x plan --x)" "--xml"
same "bash: --for" "$(bash_offers acdr why web1 --for '')" ""
same "bash: words" "$(bash_offers acdr completion f)" "fish"
for command in $commands; do
    expect 0 "help of $command" "$ACDR" help "$command"
    options=$(sed -n '/^Options:/,/^$/s/^  \(-., \|    \)--\([a-z-]*\).*/--\2/p' "$tmp/out" | answer)
    same "bash: $command" "$(bash_offers acdr "$command" --)" "$options"
    ! command -v zsh >/dev/null ||
        same "zsh: $command" "$(zsh_offers acdr "$command" -- | tr ' ' '\n' | grep '^--' | answer)" "$options"
    ! command -v fish >/dev/null ||
        same "fish: $command" "$(fish_offers "acdr $command --")" "$options"
done
touch "$tmp/host.xml"
same "bash: a file" "$(cd "$tmp" && bash_offers acdr plan --xml host)" "host.xml"
if command -v zsh >/dev/null; then
    same "zsh" "$(zsh_offers acdr '' | tr ' ' '\n' | grep -v '^-' | answer)" "$commands"
    same "zsh: --class" "$(zsh_offers acdr plan web1 --class '')" "quiet realtime"
    same "zsh: a file" "$(zsh_offers acdr plan --xml '')" ":files"
fi
if command -v fish >/dev/null; then
    same "fish" "$(fish_offers 'acdr ')" "$commands"
    same "fish: --class" "$(fish_offers 'acdr plan web1 --class ')" "quiet realtime"
    same "fish: tag" "$(fish_offers 'acdr tag ')" "quiet realtime web1 web2"
fi
exit $failed
