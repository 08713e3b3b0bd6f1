# shellcheck shell=bash
# Ways to disturb the hook, and how a machine comes back to order after a scenario.

hooks=/etc/libvirt/hooks
hook_real=$lab_run/hook/qemu

# hook_wrap TEXT: from now on the hook is bash TEXT, with the call's arguments and XML on stdin; the
# real one is $hook_real. libvirtd knows the file already, so no restart is needed.
hook_wrap() {
    if [ ! -x "$hook_real" ]; then
        mkdir -p "${hook_real%/*}"
        cp -a "$hooks/qemu" "$hook_real"
        ln -sfn qemu "${hook_real%/*}/daemon"
    fi
    ln -sfn "${hook_real%/*}/daemon" "$hooks/daemon"
    {
        printf '#!/bin/bash\nhook_real=%s\nlab_run=%s\n' "$hook_real" "$lab_run"
        echo "$1"
    } >"$hooks/qemu.new"
    chmod 755 "$hooks/qemu.new"
    mv "$hooks/qemu.new" "$hooks/qemu"
}

hook_unwrap() {
    [ -x "$hook_real" ] || return 0
    cp -a "$hook_real" "$hooks/qemu.new"
    mv "$hooks/qemu.new" "$hooks/qemu"
    ln -sfn qemu "$hooks/daemon"
    rm -rf "${hook_real%/*}"
}

# hook_extra TEXT: a second hook beside ours, as another product would have one (libvirt 6.5).
hook_extra() {
    mkdir -p "$hooks/qemu.d"
    printf '#!/bin/bash\n%s\n' "$1" >"$hooks/qemu.d/50-lab"
    chmod 755 "$hooks/qemu.d/50-lab"
}

hook_extra_remove() { rm -f "$hooks/qemu.d/50-lab"; }

# scenario_clean: nothing of a scenario, failed ones included, reaches the next.
scenario_clean() {
    hook_unwrap
    hook_extra_remove
    rm -rf /etc/acdr/acdr.conf /etc/acdr/map.conf /etc/acdr/classes/lab-*.conf
    second_stop
    libvirtd_ready
    guests_remove
    [ ! -x /usr/bin/acdr ] || { pools_release; acdr settle; }
}

# pools_release: on this machine itself nothing else would ever give them back.
pools_release() {
    local name
    acdr status --json | jq -r '.static[].name' | while read -r name; do acdr release "$name"; done
}

# evidence: what a person wants to see when a scenario failed.
evidence() {
    echo "=== evidence: journal"
    cat /run/acdr/journal
    echo "=== evidence: acdr status, acdr verify"
    acdr status
    acdr verify # unchecked: it is there to be read
    echo "=== evidence: syslog"
    syslog_text | tail -n 40
    echo "=== evidence: tasks (pid tid ppid fixed allowed comm)"
    task_list | grep -v ' 1 [0-9]* [a-z_]*/[0-9]*$'
} 2>&1
