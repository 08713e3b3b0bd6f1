# shellcheck shell=bash
# Outer side: one emulated machine from power-on to power-off. Knows QEMU; what runs inside is the
# job, which tells its progress by lines in $work/out/results.

# numa_arguments: the nodes of the machine's conf, appended to qemu_args; sets memory to their sum.
# A node without CPUs or without memory has an empty field or a 0 in its place.
numa_arguments() {
    local n=0 node cpus mib text other
    memory=0
    for node in $nodes; do
        cpus=${node%:*} mib=${node#*:} text="node,nodeid=$n"
        for cpus in ${cpus//,/ }; do text="$text,cpus=$cpus"; done
        if ((mib > 0)); then
            qemu_args+=(-object "memory-backend-ram,id=m$n,size=${mib}M")
            text="$text,memdev=m$n"
        fi
        qemu_args+=(-numa "$text")
        for ((other = 0; other < n; other++)); do
            qemu_args+=(-numa "dist,src=$other,dst=$n,val=$(node_distance $other $n)")
        done
        n=$((n + 1)) memory=$((memory + mib))
    done
}

# node_distance A B: what the conf says of the two, 21 where it says nothing.
node_distance() {
    local pair
    for pair in $distances; do
        [ "${pair%=*}" != "$1-$2" ] || { echo "${pair#*=}"; return; }
    done
    echo 21
}

# boot_arguments: sets the array qemu_args from the machine's conf. The emulator of another root is
# that root's own, and paths are as seen from there.
boot_arguments() {
    local first=/lab/tests/lib/init-plain seen=$work line memory
    [ -z "$root_dir" ] || seen=/lab
    qemu_args=(-accel "tcg,thread=multi" -cpu "$cpu" -smp "$smp" -no-reboot -nographic
        -nic none -vga none)
    numa_arguments
    [ "$init" != systemd ] || first=/lab/tests/lib/init-systemd
    # tsc=unstable: else the scheduler clock's hot path is patched late in the boot, with all CPUs in
    # it, and that is where QEMU 7.2 loses its race with code patching most often.
    line="console=ttyS0 quiet panic=-1 tsc=unstable net.ifnames=0 systemd.log_color=0 $append"
    line="$line lab.init=$first lab.modules=${kernel_dir#"$root_dir"}/lib/modules/$kernel_release"
    qemu_args+=(-m "$memory" -append "$line"
        -kernel "${kernel_dir#"$root_dir"}/boot/vmlinuz-$kernel_release"
        -initrd "${kernel_initrd#"$root_dir"}"
        -fsdev "local,id=f0,path=/,security_model=none,readonly=on,multidevs=remap"
        -device "virtio-9p-pci,fsdev=f0,mount_tag=host"
        -fsdev "local,id=f1,path=$seen,security_model=none"
        -device "virtio-9p-pci,fsdev=f1,mount_tag=lab" "${devices[@]}")
}

# boot_machine: up to three tries, for QEMU 7.2 sometimes loses a race with the kernel's code
# patching, and so again where the job asks for a reboot. What was told before stays told; the
# scenario that was interrupted begins again. 0: the job ended by itself; 1: it did not, why is in
# $lost.
boot_machine() {
    local code
    machine_lock
    boot_tries
    code=$?
    machine_unlock
    return $code
}

boot_tries() {
    local try boot_told
    root_get "$root" "$work" && root_stage "$root" "$work" && kernel_get "$kernel" "$kernel_suite" &&
        kernel_initramfs || return 1
    boot_arguments
    : >"$work/out/results"
    for ((try = 1; try <= 3; try++)); do
        boot_told=$(wc -l <"$work/out/results")
        boot_once
        grep -q '^end$' "$work/out/results" && return 0
        if boot_began && [[ "$(tail -n 1 "$work/out/results")" = reboot* ]]; then
            try=0
            continue
        fi
        [ "${interactive:-no}" = no ] || [ "$try" -lt 3 ] || break
        if ! boot_began; then
            echo "   $machine: try $try died before the job began" >&2
        elif boot_slipped && [ "$try" -lt 3 ]; then
            boot_again
        else
            break
        fi
        [ "$try" = 3 ] || [ ! -e "$work/out/console" ] ||
            mv "$work/out/console" "$work/out/console.$try"
    done
    return 1
}

# boot_slipped: did the kernel die of a breakpoint that is nobody's? It writes one over code while it
# patches that, and QEMU ran it after it was gone again: nothing inside can bring that about.
boot_slipped() { grep -q 'Oops: int3' "$work/out/console" 2>/dev/null; }

# boot_again: what the next boot begins with, as if the job had asked for it.
boot_again() {
    local scenario told
    told=" $(awk '$1 ~ /^(ok|FAILED|skipped)$/ { print $2 }' "$work/out/results" | xargs) "
    for scenario in $todo; do
        [ "${told/ $scenario /}" = "$told" ] && break
    done
    # By it a scenario knows that it has asked for a reboot.
    grep -qx "reboot $scenario" "$work/out/results" || rm -rf "$work/out/$scenario.kept"
    echo "   $machine: the emulator lost its race with code patching in $scenario, which begins again"
    echo "reboot $scenario" >>"$work/out/results"
}

# boot_began: has the job of this boot told anything?
boot_began() { (($(wc -l <"$work/out/results") > boot_told)); }

boot_once() {
    local began=$SECONDS patience=240
    # systemd waits for the machine's services before the job's first line.
    [ -z "$services" ] || patience=900
    if [ "${interactive:-no}" = yes ]; then
        "${root_enter[@]}" qemu-system-x86_64 "${qemu_args[@]}" \
            2> >(grep -v "TCG doesn't support requested feature" >&2)
        return
    fi
    setsid "${root_enter[@]}" qemu-system-x86_64 "${qemu_args[@]}" </dev/null \
        >"$work/out/console" 2>&1 {lab_lock}>&- &
    boot_pid=$!
    while kill -0 "$boot_pid" 2>/dev/null; do
        sleep 1
        progress
        if ((SECONDS - began > patience)) && ! boot_began; then
            lost="no first line after $patience s"
        elif ((SECONDS - began > deadline)); then
            lost="deadline of $deadline s"
        else
            continue
        fi
        boot_end
    done
    wait "$boot_pid" 2>/dev/null
    boot_pid=
}

# boot_end: end what runs, if anything does.
boot_end() { [ -z "${boot_pid:-}" ] || kill -9 -- "-$boot_pid" 2>/dev/null; }
