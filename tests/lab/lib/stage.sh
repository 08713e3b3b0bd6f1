# shellcheck shell=bash
# Outer side: what this machine needs to be a lab, and the build that is tried in it.

host_ready() {
    [ "$(id -u)" = 0 ] || { skip_reason="needs root"; return 1; }
    command -v dpkg >/dev/null || { skip_reason="needs Debian's packages"; return 1; }
    "$lab/../packages.sh" "$lab/packages" >&2 || { skip_reason="packages are missing"; return 1; }
    cache_ready
}

# build_ready: sets build, the folder to build in: in the checkout, or in $ACDR_WORK. A build runs the
# compiler that the CMakeCache.txt there names, so nobody may have put one there but root and the
# owner of the checkout.
build_ready() {
    local owner group there
    read -r owner group < <(stat -c '%u %g' "$top")
    build=${ACDR_WORK:-$top/build}/lab there=$build distrusted=
    until [ -e "$there" ] || [ -L "$there" ]; do there=$(dirname "$there"); done
    path_trusted "$top" "$owner" "$group" && path_trusted "$there" "$owner" "$group" &&
        (umask 022 && mkdir -p "$build") && tree_trusted "$build" "$owner" "$group" && return 0
    skip_reason="not built in $build: the folder cannot be made"
    [ -z "$distrusted" ] ||
        skip_reason="not built in $build: $distrusted; name another folder in ACDR_WORK"
    return 1
}

# stage_ready: sets stage.
stage_ready() {
    local top build distrusted
    top=$(cd "$lab/../.." && pwd)
    stage=${ACDR_STAGE:-}
    if [ -z "$stage" ]; then
        build_ready || return 1
        stage=$results_dir/stage
        {
            cmake -S "$top" -B "$build" -DCMAKE_INSTALL_PREFIX=/usr -DACDR_TESTS=OFF &&
                cmake --build "$build" -j "$(nproc)" &&
                DESTDIR=$stage cmake --install "$build"
        } >"$results_dir/build.log" 2>&1 && return 0
        tail -n 20 "$results_dir/build.log" >&2
        skip_reason="the build failed"
        return 1
    fi
    [ "$stage" = none ] || [ -e "$stage/etc/libvirt/hooks/qemu" ] ||
        { skip_reason="$stage has no etc/libvirt/hooks/qemu"; return 1; }
}
