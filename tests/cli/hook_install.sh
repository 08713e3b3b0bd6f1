#!/bin/sh
# hook_install.sh CMAKE SCRIPT HOOK HOOK_DIR: the installation makes the daemon hook's link, may be
# repeated, and never writes over a hook that is not ours.
set -u
cmake=$1 script=$2 hook=$3
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
dir=$tmp$4
failed=0
DESTDIR=$tmp
export DESTDIR

fail() {
    failed=1
    echo "FAILED: $*"
}

"$cmake" -P "$script" >"$tmp/log" 2>&1 || fail "a first installation"
[ "$(readlink "$dir/daemon")" = qemu ] || fail "daemon is no link to qemu"
install -m 755 "$hook" "$dir/qemu"
"$cmake" -P "$script" >"$tmp/log" 2>&1 || fail "an installation over our own: $(cat "$tmp/log")"

for name in qemu daemon; do
    rm -f "$dir/qemu" "$dir/daemon"
    echo '#!/bin/sh' >"$dir/$name"
    "$cmake" -P "$script" >"$tmp/log" 2>&1 && fail "an installation over a foreign $name"
    # CMake breaks lines where it likes.
    tr -s '\n ' ' ' <"$tmp/log" | grep -q "$name is another hook" || fail "it does not say that $name is in the way"
    [ "$(cat "$dir/$name")" = '#!/bin/sh' ] || fail "the foreign $name is gone"
done
exit $failed
