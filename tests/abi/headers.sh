#!/bin/sh
# headers.sh SOURCE COMPILER FLAG...: each public header compiles alone. long long is the one thing
# beyond C89: all compilers of that age that matter have it.
set -eu
src=$1
shift
command -v "$1" >/dev/null || { echo "skipped: no compiler $1"; exit 77; }
n=0
for header in "$src"/include/acdr/*.h; do
    printf '#include <acdr/%s>\nint main(void);\nint main(void) { return 0; }\n' "${header##*/}" |
        "$@" -pedantic -Wall -Wextra -Werror -Wno-long-long -I"$src/include" -fsyntax-only -
    n=$((n + 1))
done
[ "$n" -ge 4 ] || { echo "only $n headers found"; exit 1; }
