# shellcheck shell=bash
# Outer side: root file systems of other Debian suites than this machine's, and commands in them.
# Knows apt and debootstrap. A root is named after its suite; roots/SUITE.packages says what is in it.

# root_get SUITE WORK: sets root_dir to its root file system, building it where the cache has none of
# that list of packages, and root_enter. Without SUITE: this machine's own root, and both are empty.
root_get() {
    local stamp list=$lab/roots/$1.packages
    root_dir='' root_enter=()
    [ -n "$1" ] || return 0
    root_dir=$lab_cache/root-$1
    stamp=$(sha256sum <"$list")
    [ "$(cat "$root_dir/.complete" 2>/dev/null)" = "$stamp" ] || root_build "$1" "$list" "$stamp" ||
        return 1
    root_inside "$root_dir" "$2"
}

# root_inside ROOT [WORK]: sets the array root_enter, which before a command makes it run in ROOT, in
# a mount namespace of its own, with WORK on /lab.
root_inside() {
    # shellcheck disable=SC2016
    root_enter=(unshare --mount --propagation private bash -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" &&
        { [ -z "$2" ] || mount --bind "$2" "$1/lab"; } || exit 1
        root=$1; shift 2; exec chroot "$root" "$@"' root "$1" "${2:-}")
}

# root_mirror: where this machine's apt has its own suite from.
root_mirror() {
    local codename
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
        sed -n "s/^$codename //p" | sed -n 1p
}

# root_script SUITE: debootstrap's recipe. A suite that is younger than debootstrap is made as sid is.
root_script() {
    local scripts=/usr/share/debootstrap/scripts
    if [ -e "$scripts/$1" ]; then echo "$scripts/$1"; else echo "$scripts/sid"; fi
}

root_build() {
    local suite=$1 list=$2 stamp=$3 part=$lab_cache/root-$1.part mirror
    mirror=$(root_mirror)
    [ -n "$mirror" ] || { skip_reason="apt has no mirror of this machine's own suite"; return 1; }
    rm -rf --one-file-system "$part"
    echo "   building the root file system $suite in $lab_cache" >&2
    root_bare "$suite" "$part" "$mirror" >"$lab_cache/root-$suite.log" 2>&1 ||
        { skip_reason="no $suite from the mirror, see $lab_cache/root-$suite.log"; return 1; }
    root_install "$part" "$list" >>"$lab_cache/root-$suite.log" 2>&1 ||
        { skip_reason="cannot install its packages, see $lab_cache/root-$suite.log"; return 1; }
    echo "$stamp" >"$part/.complete"
    rm -rf --one-file-system "$root_dir"
    mv "$part" "$root_dir"
}

# root_bare SUITE ROOT MIRROR: the base system alone, with this machine's way to the mirror. Nothing
# that is installed into it is started, for policy-rc.d forbids it.
root_bare() {
    debootstrap --variant=minbase "$1" "$2" "$3" "$(root_script "$1")" || return 1
    printf '#!/bin/sh\nexit 101\n' >"$2/usr/sbin/policy-rc.d"
    chmod 755 "$2/usr/sbin/policy-rc.d"
    cp /etc/resolv.conf /etc/hosts "$2/etc/"
    apt-config dump | grep -E '^Acquire::(http|https|Check)' >"$2/etc/apt/apt.conf.d/outer"
    echo 'force-unsafe-io' >"$2/etc/dpkg/dpkg.cfg.d/lab"
}

# root_install ROOT LIST
root_install() {
    mkdir -p "$1/lab"
    root_inside "$1"
    # shellcheck disable=SC2046
    "${root_enter[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y \
        --no-install-recommends $(grep -v '^#' "$2")
}

# root_stage SUITE WORK: where the root has a compiler, for the libraries that ACDR is linked with are
# other ones there than on this machine: WORK/stage is built inside, from this checkout. The last one
# is kept in the cache, for as long as the sources stay the same.
root_stage() {
    local top kept=$lab_cache/stage-$1 stamp
    [ "$stage" != none ] && [ -n "$root_dir" ] && [ -x "$root_dir/usr/bin/cmake" ] || return 0
    top=$(cd "$lab/../.." && pwd)
    stamp=$(root_sources "$top" | (cd "$top" && xargs -0 sha256sum) | sha256sum)
    [ "$(cat "$kept/.complete" 2>/dev/null)" = "$stamp" ] || root_stage_build "$top" "$2" "$kept" &&
        rm -rf "$2/stage" && cp -a "$kept/stage" "$2/stage" && return
    skip_reason="the build in $root_dir failed, see $kept.log"
    return 1
}

# root_sources TOP: what is needed to build, each name with a zero behind it.
root_sources() {
    (cd "$1" && find . \( -path ./.git -o -path ./build -o -path ./tests \) -prune -o -type f \
        -print0 | LC_ALL=C sort -z)
}

# root_stage_build TOP WORK KEPT
root_stage_build() {
    echo "   building in $root_dir" >&2
    rm -rf --one-file-system "$3" "$2/source"
    mkdir -p "$3" "$2/source"
    # shellcheck disable=SC2016
    {
        root_sources "$1" | tar -C "$1" --null -T - -cf - | tar -C "$2/source" -xf - &&
            "${root_enter[@]}" sh -c 'cd /lab/source &&
                cmake -S . -B build -G Ninja -DCMAKE_INSTALL_PREFIX=/usr -DACDR_TESTS=OFF &&
                cmake --build build && DESTDIR=/lab/source/stage cmake --install build' &&
            mv "$2/source/stage" "$3/stage" && rm -rf "$2/source" && echo "$stamp" >"$3/.complete"
    } >"$3.log" 2>&1
}
