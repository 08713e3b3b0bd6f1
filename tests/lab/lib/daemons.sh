# shellcheck shell=bash
# libvirtd and virtlogd inside a machine, with systemd and without.

# A busy emulated machine may be silent for longer than virsh waits for a sign of life.
virsh() { command virsh -k 0 "$@"; }

libvirtd_pid() { daemon_pid libvirtd; }

# By pid file, for on the native machine a name is nobody's own.
daemon_pid() {
    local pid
    pid=$(cat "/run/$1.pid" 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$1" ] &&
        ! process_gone "$pid" && echo "$pid"
}

libvirtd_answers() { timeout 20 virsh -q list >/dev/null 2>&1; }

libvirtd_start() {
    if [ "$LAB_INIT" = systemd ]; then
        # unchecked: whether it answers is what counts
        systemctl reset-failed libvirtd 2>/dev/null
        systemctl start virtlogd libvirtd || return
    else
        daemon_pid virtlogd >/dev/null || virtlogd -d
        daemon_pid libvirtd >/dev/null || libvirtd -d
    fi
    wait_for 120 libvirtd_answers
}

libvirtd_stop() {
    local pid
    if [ "$LAB_INIT" = systemd ]; then
        systemctl stop libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket libvirtd || return
        return 0
    fi
    pid=$(libvirtd_pid) || return 0
    kill "$pid"
    wait_for 60 process_gone "$pid"
}

virtlogd_stop() {
    local pid
    [ "$LAB_INIT" != systemd ] || return 0
    pid=$(daemon_pid virtlogd) || return 0
    kill "$pid"
    wait_for 20 process_gone "$pid"
}

# process_gone PID: a dead one that nobody has waited for yet is gone too.
process_gone() { [ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }

# libvirtd_kill: as a crash would; under systemd it comes back by itself.
libvirtd_kill() {
    local pid
    pid=$(libvirtd_pid) || return 1
    kill -9 "$pid"
    wait_for 30 process_gone "$pid"
}

libvirtd_restart() {
    if [ "$LAB_INIT" = systemd ]; then
        systemctl restart libvirtd || return
    else
        libvirtd_stop && libvirtd_start || return
    fi
    wait_for 60 libvirtd_answers
}

libvirtd_ready() { libvirtd_answers || libvirtd_start; }

daemons_configure() {
    cat >>/etc/libvirt/qemu.conf <<-EOF
	security_driver = "none"
	user = "root"
	group = "root"
	remember_owner = 0
	namespaces = []
	EOF
    cat >>/etc/libvirt/libvirtd.conf <<-EOF
	log_outputs = "2:file:$LAB/out/libvirtd.log"
	auth_unix_rw = "none"
	keepalive_interval = -1
	EOF
    rm -f /etc/libvirt/qemu/networks/autostart/* /etc/libvirt/qemu/*.xml
}

# syslog_start: what is told to syslog goes to a file; under systemd the journal has it already.
syslog_start() {
    [ "$LAB_INIT" != systemd ] || return 0
    rm -f /dev/log
    busybox syslogd -n -O "$LAB/out/syslog" &
    echo $! >"$lab_run/syslog.pid"
    wait_for 10 test -S /dev/log
}

syslog_stop() {
    [ -s "$lab_run/syslog.pid" ] || return 0
    kill "$(cat "$lab_run/syslog.pid")" 2>/dev/null
    rm -f "$lab_run/syslog.pid"
}

# syslog_text: all that was logged so far.
syslog_text() {
    if [ "$LAB_INIT" = systemd ]; then journalctl -b --no-pager -o cat
    else cat "$LAB/out/syslog" 2>/dev/null; fi
}

# log_tells PATTERN: the log's writer is another process, which may be late.
log_tells() { wait_for 10 is_logged "$1"; }
is_logged() { syslog_text | grep -e "$1" >/dev/null; }

# A second libvirtd on the same kernel, for migration: files, sockets and name of its own in a mount
# and a UTS namespace; the hook and /run/acdr are the same. It sees the first one's sockets in first/.
second_dir=$lab_run/second
second_uri="qemu+unix:///system?socket=$second_dir/run/libvirt-sock"
first_uri="qemu+unix:///system?socket=$second_dir/first/libvirt-sock"

second_start() {
    mkdir -p "$second_dir"/{run,lib,cache,etc,first}
    cp -a /etc/libvirt/. "$second_dir/etc"
    rm -rf "$second_dir/etc/qemu"
    cat >>"$second_dir/etc/libvirtd.conf" <<-EOF
	host_uuid = "00000000-0000-0000-0000-00000000ac02"
	log_outputs = "2:file:$LAB/out/libvirtd.second.log"
	EOF
    # shellcheck disable=SC2016
    unshare --mount --uts bash -c 'cd "$1" && mount --bind /run/libvirt first && mount --bind run /run/libvirt &&
            mount --bind lib /var/lib/libvirt && mount --bind cache /var/cache/libvirt &&
            mount --bind etc /etc/libvirt && hostname lab-second &&
            virtlogd -d -p "$1/virtlogd.pid" && libvirtd -d -p "$1/libvirtd.pid"' \
        bash "$second_dir" || return 1
    wait_for 120 on_second libvirtd_answers
}

# on_second COMMAND...: with the second daemon's guests for virsh and for what reads a guest.
on_second() {
    local LIBVIRT_DEFAULT_URI=$second_uri guest_run=$second_dir/run/qemu
    "$@"
}

second_restart() {
    local pid
    pid=$(cat "$second_dir/libvirtd.pid") || return 1
    kill "$pid"
    wait_for 60 process_gone "$pid" &&
        nsenter --mount --uts --root --wd --target "$(cat "$second_dir/virtlogd.pid")" \
            libvirtd -d -p "$second_dir/libvirtd.pid" && wait_for 120 on_second libvirtd_answers
}

second_stop() {
    local name pid
    [ -e "$second_dir/libvirtd.pid" ] || return 0
    on_second guests_remove
    for name in libvirtd virtlogd; do
        pid=$(cat "$second_dir/$name.pid")
        kill "$pid"
        wait_for 60 process_gone "$pid" || return
    done
    rm -rf "$second_dir"
}
