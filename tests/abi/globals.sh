#!/bin/sh
# globals.sh FOLDER: no object of the library below FOLDER has data that can be written: what one
# handle does is then seen by no other, nor by another thread. Also, fractions are converted in
# decimal.c alone, so that no result depends on the caller's locale.
set -eu
objects=$(find "$1" -name '*.o' | sort)
[ "$(echo "$objects" | wc -l)" -ge 100 ] || { echo "too few objects found below $1"; exit 1; }
# shellcheck disable=SC2086 # no blanks in our names
writable=$(LC_ALL=C objdump -t $objects | awk '
    /file format/ { file = $1 }
    / \.(data|bss|tdata|tbss)/ || /\*COM\*/ {
        if ($0 !~ / \.data\.rel\.ro/ && $0 !~ / d  \./) print file " " $NF }')
# shellcheck disable=SC2086
locale=$(LC_ALL=C nm -A --undefined-only $objects |
    grep -E ' (strtod|strtof|strtold|atof|setlocale|localeconv|__isoc.*_strtod|strcasecmp|toupper|tolower|__ctype_.*_loc)$' || true)
[ -z "$writable$locale" ] && exit 0
[ -z "$writable" ] || { echo "can be written while the library runs:"; echo "$writable"; }
[ -z "$locale" ] || { echo "depends on the caller's locale:"; echo "$locale"; }
exit 1
