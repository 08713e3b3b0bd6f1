# shellcheck shell=bash
# Outer side: a kernel from Debian's archive and the initramfs that carries it to the machine's root.
# Knows apt, dpkg and kmod; knows nothing of libvirt and ACDR. Everything lands in $lab_cache, and the
# kernel of another root within that root, where the machine looks for its modules.

# kernel_get PATTERN [SUITE]: sets kernel_dir to the unpacked newest package that PATTERN (an extended
# regular expression) names, of root_dir's suite, or of SUITE; without a package list, the newest one
# in the cache.
kernel_get() {
    local pkg store=$lab_cache kernel_apt=()
    [ -z "$root_dir" ] || store=$root_dir/var/cache/acdr-lab
    [ -z "${2:-}" ] || kernel_lists "$2"
    pkg=$("${root_enter[@]}" apt-cache "${kernel_apt[@]}" pkgnames linux-image- 2>/dev/null |
        grep -Ex "$1" | sort -V | tail -n 1)
    [ -n "$pkg" ] || pkg=$(find "$store" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' \
        2>/dev/null | grep -Ex "$1" | sort -V | tail -n 1)
    [ -n "$pkg" ] || { skip_reason="no package matches $1"; return 1; }
    kernel_dir=$store/$pkg
    kernel_release=${pkg#linux-image-}
    [ -e "$kernel_dir/.complete" ] || kernel_unpack "$pkg"
}

# kernel_lists SUITE: sets the array kernel_apt, with which apt reads that suite's package lists. They
# are in the cache, apart from this machine's own, and are fetched anew when they are a day old.
kernel_lists() {
    local dir=$lab_cache/apt-$1
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
    echo "deb $(root_mirror) $1 main" >"$dir/sources.list"
    kernel_apt=(-o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir/cache")
    [ -z "$(find "$dir/fetched" -mmin -1440 2>/dev/null)" ] || return 0
    apt-get -q "${kernel_apt[@]}" -o APT::Sandbox::User=root update >"$dir/log" 2>&1 && touch "$dir/fetched"
}

# kernel_parts PACKAGE: the packages of the same release that it needs: since Linux 7 it is empty.
kernel_parts() {
    "${root_enter[@]}" apt-cache "${kernel_apt[@]}" depends "$1" |
        sed -n "s/^ *Depends: \(linux-.*-$kernel_release\)\$/\1/p"
}

kernel_unpack() {
    local part=$kernel_dir.part deb
    rm -rf "$part"
    mkdir -p "$part/deb"
    # shellcheck disable=SC2046
    "${root_enter[@]}" sh -c 'cd "$1" && shift && apt-get -q "$@"' sh "${part#"$root_dir"}/deb" \
        "${kernel_apt[@]}" -o APT::Sandbox::User=root download "$1" $(kernel_parts "$1") >&2 ||
        { skip_reason="cannot download $1"; return 1; }
    for deb in "$part"/deb/*.deb; do dpkg -x "$deb" "$part" || return 1; done
    rm -rf "$part/deb" "$kernel_dir"
    # Since Debian 13 modules are below usr, where the kmod of Debian 12 does not look.
    [ -e "$part/lib" ] || ln -s usr/lib "$part/lib"
    [ -e "$part/boot" ] || kernel_boot "$part" || return 1
    depmod -b "$part" "$kernel_release" || return 1
    touch "$part/.complete"
    mv "$part" "$kernel_dir"
}

# kernel_boot FOLDER: since Linux 7 the kernel itself is beside its modules.
kernel_boot() {
    mkdir "$1/boot" &&
        ln "$1/lib/modules/$kernel_release/vmlinuz" "$1/boot/vmlinuz-$kernel_release"
}

# kernel_initramfs: sets kernel_initrd; made again when init is newer than the last one.
kernel_initramfs() {
    local tree module init=$lab_lib/init
    kernel_initrd=$kernel_dir/initrd.gz
    [ "$kernel_initrd" -ot "$init" ] || return 0
    tree=$(mktemp -d "${TMPDIR:-/tmp}/acdr-initrd.XXXXXX")
    mkdir -p "$tree/bin" "$tree/modules"
    cp "$(command -v busybox)" "$tree/bin/busybox"
    install -m 755 "$init" "$tree/init"
    modprobe -d "$kernel_dir" -S "$kernel_release" --show-depends -a \
        virtio_pci 9pnet_virtio 9p overlay | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
        while read -r module; do
            case $module in
            *.xz) xz -dc "$module" >"$tree/modules/$(basename "$module" .xz)" ;;
            *) cp "$module" "$tree/modules/" ;;
            esac
            basename "$module" .xz >>"$tree/modules/order"
        done || { skip_reason="no modules of $kernel_release"; return 1; }
    (cd "$tree" && find . | busybox cpio -o -H newc >"$kernel_initrd.cpio") &&
        gzip -1 <"$kernel_initrd.cpio" >"$kernel_initrd.part" &&
        mv "$kernel_initrd.part" "$kernel_initrd"
    rm -rf "$tree" "$kernel_initrd.cpio"
    [ -s "$kernel_initrd" ]
}
