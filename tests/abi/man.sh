#!/bin/sh
# man.sh SOURCE: the man pages are free of what mandoc warns about, and of what it does not see: a
# macro's words that run on, in quotes or as options.
set -eu
command -v mandoc >/dev/null || { echo "skipped: no mandoc"; exit 77; }
for page in acdr.1 acdr-hook.8 acdr.conf.5 acdr-map.conf.5 libacdr.3; do
    mandoc -Tlint -W warning "$1/docs/man/$page"
    # shellcheck disable=SC1112
    odd=$(mandoc -Tutf8 "$1/docs/man/$page" | sed 's/.\x08//g' | tr -s ' \t\n' ' ' |
        grep -oE '‘- [^’]*’|‘[^’, ]*, [^’]*’|[(]-[a-z]+[;,] -[0-9a-z]+ -[^)]*' || true)
    [ -z "$odd" ] || { echo "$page: printed as: $odd"; exit 1; }
done
# Of the commands that print JSON none is left out.
takes=$(grep -rlE 'options = "[^"]*json' "$1/tools" | xargs sed -n 's/^ *\.name = "\(.*\)",$/\1/p' | sort)
says=$(sed -n '/^\.It Fl -json/,/^Sets of/s/^\.Cm //p' "$1/docs/man/acdr.1" | tr -s ' .,' '\n\n\n' |
    grep . | sort)
[ "$takes" = "$says" ] || { echo "acdr.1: --json is taken by: $takes; it says: $says"; exit 1; }
