# shellcheck shell=bash
# Small guests without a disk whose firmware halts at once: enough to have threads, cgroups and
# memory, and no load on an emulated machine.

export LIBVIRT_DEFAULT_URI=qemu:///system

# 64 KiB of "hlt"; interrupts are off at reset, so the first one is the last.
guest_firmware() { head -c 65536 /dev/zero | tr '\0' '\364' >"$lab_run/halt.rom"; }

guest_xml() {
    local name=$1 vcpus=$2 mib=$3 class=${4:-} extra=${5:-} tag='' quick=''
    # Without this libvirt asks QEMU for some 300 CPU properties one by one: half a minute a start
    # under emulation in emulation.
    [ "$LAB_GUEST" = kvm ] ||
        quick="<capabilities xmlns='http://libvirt.org/schemas/domain/qemu/1.0'>
            <del capability='cpu-unavailable-features'/></capabilities>"
    [ -z "$class" ] ||
        tag="<metadata><acdr:class xmlns:acdr='urn:libacdr:domain:1' name='$class'/></metadata>"
    cat <<-EOF
	<domain type='$LAB_GUEST'>
	  <name>$name</name>
	  $tag
	  <memory unit='MiB'>$mib</memory>
	  <memoryBacking>${guest_backing:-<allocation mode='immediate'/>}</memoryBacking>
	  <vcpu>$vcpus</vcpu>
	  <os>
	    <type arch='x86_64' machine='pc'>hvm</type>
	    <loader readonly='yes' type='rom'>$lab_run/halt.rom</loader>
	  </os>
	  <features><acpi/></features>
	  $extra
	  $quick
	  <devices>
	    <emulator>/usr/bin/qemu-system-x86_64</emulator>
	    <controller type='usb' model='none'/>
	    <memballoon model='none'/>
	    ${guest_devices:-}
	  </devices>
	</domain>
	EOF
}

# define_guest NAME VCPUS MIB [CLASS] [XML]: XML stands directly under <domain>; guest_backing and
# guest_devices say what it has inside <memoryBacking> and <devices>. A guest of that name that is
# shut off is replaced: libvirt refuses a second one of the same name.
define_guest() {
    local file
    # unchecked: mostly there is none
    guest_off "$1" && virsh -q undefine "$1" --managed-save --snapshots-metadata >/dev/null 2>&1
    file=$(mktemp "${TMPDIR:-/tmp}/acdr-guest.XXXXXX")
    guest_xml "$@" >"$file"
    virsh -q define "$file" >/dev/null || fail "cannot define $1"
    rm -f "$file"
}

start_guest() { virsh -q start "$1"; }

# start_refused NAME: it must not start; what virsh said is in $said.
start_refused() {
    said=$(virsh -q start "$1" 2>&1) && fail "$1 was started"
    say "$said"
    check "$1 is not shut off after a failed start" guest_off "$1"
}

# stop_guest NAME: also waits until its threads are gone, so that nothing of it is read afterwards.
stop_guest() {
    local pid
    pid=$(guest_pid "$1")
    virsh -q destroy "$1" && wait_for 20 process_gone "$pid"
}

guest_running() { [ "$(virsh -q domstate "$1" 2>/dev/null)" = running ]; }
guest_off() { [ "$(virsh -q domstate "$1" 2>/dev/null)" = "shut off" ]; }

guest_pid() { cat "${guest_run:-/run/libvirt/qemu}/$1.pid" 2>/dev/null; }

# guest_threads NAME: TID ALLOWED COMM of each.
guest_threads() {
    local pid
    pid=$(guest_pid "$1") && grep -sHE '^(Name|Cpus_allowed_list):' "/proc/$pid"/task/*/status |
        awk '{
            split($0, path, "/"); text = substr($0, index($0, "\t") + 1)
            if (/status:Name:/) comm = text
            else print path[5], text, comm
        }'
}

# guest_vcpus NAME: the allowed list of each vCPU thread, one a line, in the order of vCPUs.
guest_vcpus() { guest_threads "$1" | grep ' CPU [0-9]*/' | sort -t ' ' -k4n | awk '{ print $2 }'; }

# guest_cpus NAME: all CPUs of its vCPUs as a cpulist.
guest_cpus() {
    local list
    for list in $(guest_vcpus "$1"); do cpus_expand "$list"; done | cpus_join
}

# guest_tids NAME: who it is and what it may use, for comparing two moments of the same guest.
guest_tids() { guest_threads "$1" | sort; }

guests_remove() {
    local name
    for name in $(virsh -q list --all --name 2>/dev/null); do
        # unchecked: most are shut off already
        virsh -q destroy "$name" >/dev/null 2>&1
        virsh -q undefine "$name" --managed-save --snapshots-metadata >/dev/null 2>&1
    done
}
