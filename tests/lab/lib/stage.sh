# shellcheck shell=bash
# Outer side: what this machine needs to be a lab, and the build that is tried in it.

host_ready() {
    local missing=() pkg
    [ "$(id -u)" = 0 ] || { skip_reason="needs root"; return 1; }
    command -v dpkg >/dev/null || { skip_reason="needs Debian's packages"; return 1; }
    while read -r pkg; do
        dpkg -s "$pkg" >/dev/null 2>&1 || missing+=("$pkg")
    done < <(grep -v '^#' "$lab/packages")
    ((${#missing[@]} == 0)) || DEBIAN_FRONTEND=noninteractive apt-get -q install -y \
        --no-install-recommends "${missing[@]}" >&2 ||
        { skip_reason="cannot install ${missing[*]}"; return 1; }
    mkdir -p "$lab_cache"
}

# stage_ready: sets stage.
stage_ready() {
    local build=${TMPDIR:-/tmp}/acdr-lab-build
    stage=${ACDR_STAGE:-}
    if [ -z "$stage" ]; then
        stage=$results_dir/stage
        {
            cmake -S "$lab/../.." -B "$build" -G Ninja -DCMAKE_INSTALL_PREFIX=/usr -DACDR_TESTS=OFF &&
                cmake --build "$build" -j2 &&
                DESTDIR=$stage cmake --install "$build"
        } >"$results_dir/build.log" 2>&1 && return 0
        tail -n 20 "$results_dir/build.log" >&2
        skip_reason="the build failed"
        return 1
    fi
    [ "$stage" = none ] || [ -e "$stage/etc/libvirt/hooks/qemu" ] ||
        { skip_reason="$stage has no etc/libvirt/hooks/qemu"; return 1; }
}
