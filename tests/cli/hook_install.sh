#!/bin/sh
# hook_install.sh CMAKE BUILD HOOK HOOK_DIR: the installation makes the daemon hook's link, may be
# repeated, and stops for a hook that is not ours before it has put down a single file.
set -u
cmake=$1 build=$2 hook=$3
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

# hooks_installed: the part of the installation that concerns the hooks.
hooks_installed() {
    "$cmake" -P "$build/hook/install_check.cmake" >"$tmp/log" 2>&1 &&
        "$cmake" -P "$build/hook/install.cmake" >>"$tmp/log" 2>&1
}

hooks_installed || fail "a first installation: $(cat "$tmp/log")"
[ "$(readlink "$dir/daemon")" = qemu ] || fail "daemon is no link to qemu"
hooks_installed || fail "the link alone stops an installation: $(cat "$tmp/log")"
install -m 755 "$hook" "$dir/qemu"
hooks_installed || fail "an installation over our own: $(cat "$tmp/log")"

for name in qemu daemon; do
    rm -rf "${tmp:?}/etc" "${tmp:?}/usr"
    mkdir -p "$dir"
    echo '#!/bin/sh' >"$dir/$name"
    # The whole of it, as a user runs it; manifest and log lie in the build folder and in $tmp.
    "$cmake" --install "$build" >"$tmp/log" 2>&1 && fail "an installation over a foreign $name"
    grep -q "^acdr: $dir/$name is another program's hook; nothing was installed\.$" "$tmp/log" ||
        fail "it does not say that $name is in the way: $(cat "$tmp/log")"
    grep -q "^  mkdir -p '$dir/$name.d' && mv '$dir/$name' '$dir/$name.d/other'$" "$tmp/log" ||
        fail "it does not say how to move $name: $(cat "$tmp/log")"
    [ "$(cat "$dir/$name")" = '#!/bin/sh' ] || fail "the foreign $name is gone"
    put=$(find "$tmp" -mindepth 1 ! -type d ! -path "$tmp/log" ! -path "$dir/$name")
    [ -z "$put" ] || fail "it has installed $put"
    sh -c "$(sed -n 's/^  mkdir/mkdir/p' "$tmp/log")" || fail "the command for $name fails"
    hooks_installed || fail "$name was moved and the installation still stops: $(cat "$tmp/log")"
    [ "$(cat "$dir/$name.d/other")" = '#!/bin/sh' ] || fail "the moved $name is gone"
done

# A link of another program whose target is away is no link of ours.
rm -rf "${tmp:?}/etc" && mkdir -p "$dir" && ln -s elsewhere "$dir/daemon"
hooks_installed && fail "an installation over a foreign link"
[ "$(readlink "$dir/daemon")" = elsewhere ] || fail "the foreign link is gone"
exit $failed
