# shellcheck shell=bash
# Guests that boot Linux: the machine's own kernel, an initramfs of busybox and a virtio NIC with a
# vhost worker on the bridge acdr0. Each answers pings as 10.99.0.N and keeps a process busy.

linux_kernel() { echo "$(readlink -f "/usr/lib/modules/$(uname -r)")/../../../boot/vmlinuz-$(uname -r)"; }

# linux_initramfs FILE
linux_initramfs() {
    local tree module modules
    tree=$(mktemp -d "${TMPDIR:-/tmp}/acdr-guest.XXXXXX")
    mkdir -p "$tree/bin" "$tree/modules"
    cp "$(command -v busybox)" "$tree/bin/busybox"
    modules=$(modprobe --show-depends -a virtio_net | awk '$1 == "insmod" && !seen[$2]++ { print $2 }') ||
        fail "this kernel has no virtio_net module"
    for module in $modules; do
        case $module in
        *.xz) xz -dc "$module" >"$tree/modules/$(basename "$module" .xz)" ;;
        *) cp "$module" "$tree/modules/" ;;
        esac
        basename "$module" .xz >>"$tree/modules/order"
    done
    linux_init >"$tree/init"
    chmod 755 "$tree/init"
    (cd "$tree" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$1"
    rm -rf "$tree"
}

linux_init() {
    cat <<-'EOT'
	#!/bin/busybox sh
	/bin/busybox --install -s /bin
	export PATH=/bin
	mkdir -p /proc
	mount -t proc proc /proc
	while read -r m; do insmod "/modules/$m"; done </modules/order
	for word in $(cat /proc/cmdline); do
	    case $word in lab.ip=*) ip addr add "${word#*=}/24" dev eth0 ;; esac
	done
	ip link set eth0 up
	echo "guest is up"
	while :; do :; done
	EOT
}

# linux_network: the bridge that the guests are on, and a machine of its own (a network namespace)
# on the other side of it, from where packets come.
linux_network() {
    ip link add acdr0 type bridge && ip link set acdr0 up &&
        ip netns add acdr-load &&
        ip link add acdr-load0 type veth peer name eth0 netns acdr-load &&
        ip link set acdr-load0 master acdr0 up &&
        ip -n acdr-load addr add 10.99.0.1/24 dev eth0 &&
        ip -n acdr-load link set eth0 up
}

linux_network_remove() {
    ip netns del acdr-load
    ip link del acdr0
} 2>/dev/null

# linux_define NAME VCPUS MIB N [CLASS]
linux_define() {
    local file guest_devices
    file=$(mktemp "${TMPDIR:-/tmp}/acdr-guest.XXXXXX")
    # shellcheck disable=SC2034
    guest_devices="<interface type='bridge'><source bridge='acdr0'/><model type='virtio'/>
        <driver name='vhost'/><mac address='52:54:00:99:00:0$4'/></interface>
        <serial type='file'><source path='$lab_run/$1.console'/></serial>"
    guest_xml "$1" "$2" "$3" "${5:-}" | sed "
        s|<loader .*|<kernel>$(linux_kernel)</kernel><initrd>$lab_run/guest.initrd</initrd>|
        s|</os>|<cmdline>console=ttyS0 quiet panic=-1 net.ifnames=0 lab.ip=10.99.0.$4</cmdline></os>|
        " >"$file"
    virsh -q define "$file" || fail "cannot define $1"
    rm -f "$file"
}

linux_answers() { ip netns exec acdr-load busybox ping -q -c 1 -W 2 "10.99.0.$1" >/dev/null 2>&1; }
