# shellcheck shell=bash
# Outer side: what this machine needs to be a lab, and the build that is tried in it.

host_ready() {
    [ "$(id -u)" = 0 ] || { skip_reason="needs root"; return 1; }
    command -v dpkg >/dev/null || { skip_reason="needs Debian's packages"; return 1; }
    "$lab/../packages.sh" "$lab/packages" >&2 || { skip_reason="packages are missing"; return 1; }
    cache_ready
}

# stage_ready: sets stage. Built in the checkout's own folder: in a shared one, whoever has put a
# CMakeCache.txt there first says which compiler root runs.
stage_ready() {
    local top build
    top=$(cd "$lab/../.." && pwd)
    build=${ACDR_WORK:-$top/build}/lab
    stage=${ACDR_STAGE:-}
    if [ -z "$stage" ]; then
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
