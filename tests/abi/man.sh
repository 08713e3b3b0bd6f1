#!/bin/sh
# man.sh SOURCE: the man pages are free of what mandoc warns about.
set -eu
command -v mandoc >/dev/null || { echo "skipped: no mandoc"; exit 77; }
for page in acdr.1 acdr-hook.8 acdr.conf.5 libacdr.3; do
    mandoc -Tlint -W warning "$1/docs/man/$page"
done
