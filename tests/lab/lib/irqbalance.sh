# shellcheck shell=bash
# irqbalance inside a machine, asked over its own socket and not through acdr.

# irqbalance_socket: of the one that runs; fails where none does.
irqbalance_socket() {
    local pid
    pid=$(pgrep -ox irqbalance) && [ -S "/run/irqbalance/irqbalance$pid.sock" ] &&
        echo "/run/irqbalance/irqbalance$pid.sock"
}

# irqbalance_banned: the CPUs that it leaves alone. It must be waited for, however long it takes: an
# asker who hangs up before its answer kills it.
irqbalance_banned() {
    local socket text mask
    socket=$(irqbalance_socket) || return 1
    text=$(perl -MIO::Socket::UNIX -e '
        my $s = IO::Socket::UNIX->new(Peer => shift) or exit 1;
        syswrite $s, "setup"; print while <$s>' "$socket") || return 1
    mask=${text##*BANNED }
    cpus_from_mask "${mask%% *}" | cpus_join
}

irqbalance_bans() { [ "$(irqbalance_banned)" = "$1" ]; }

# irqbalance_restart [BANNED]: with these CPUs as its own ban.
irqbalance_restart() {
    sed -i '/^IRQBALANCE_BANNED_CPULIST=/d' /etc/default/irqbalance
    [ -z "${1:-}" ] || echo "IRQBALANCE_BANNED_CPULIST=$1" >>/etc/default/irqbalance
    systemctl restart irqbalance && wait_for 60 irqbalance_socket >/dev/null
}
