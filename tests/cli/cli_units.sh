#!/bin/sh
# The systemd units: systemd takes them, their exposure is at most what the table says, and they
# permit the system calls that the commands make.
. "$SRC/tests/cli/lib.sh"
command -v systemd-analyze >/dev/null || skip "no systemd-analyze"
units=$ACDR_BUILD/tools

# UNIT and its exposure in tenths, as systemd 252 counts it: 0 is none, 100 is a service without limits.
while read -r unit most; do
    sed "s,=[^ ]*/acdr ,=$ACDR ," "$units/$unit.service" >"$tmp/$unit.service"
    systemd-analyze security --offline=true --no-pager --threshold="$most" "$tmp/$unit.service" >"$tmp/out" 2>&1 ||
        fail "$unit: $(tail -n 1 "$tmp/out"); at most $most tenths expected"
    grep -q '[Oo]verall exposure level' "$tmp/out" || fail "$unit: no exposure level was computed"
    # What it says of other units is not ours.
    said=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$tmp/$unit.service" 2>&1 | grep -F "$unit")
    [ -z "$said" ] || fail "$unit: $said"
done <<END
acdr-settle 37
acdr-watch 39
acdr-metrics 31
END
# The check finds what is wrong.
sed 's/^NoNewPrivileges=.*/NoNewPrivileges=no/' "$units/acdr-settle.service" >"$tmp/acdr-settle.service"
! systemd-analyze security --offline=true --no-pager --threshold=37 "$tmp/acdr-settle.service" >/dev/null 2>&1 ||
    fail "a unit without NoNewPrivileges is within the threshold"

# The system calls of a set, and of the sets in it.
calls() {
    systemd-analyze syscall-filter --no-pager "$1" | sed -e 1d -e 's/ //g' -e '/^#/d' | while read -r word; do
        case $word in
        @*) calls "$word" ;;
        ?*) echo "$word" ;;
        esac
    done
}

# permitted UNIT: as its lines SystemCallFilter= say.
permitted() {
    sed -n 's/^SystemCallFilter=\([^~]\)/\1/p' "$units/$1.service" | tr ' ' '\n' | while read -r word; do
        case $word in
        @*) calls "$word" ;;
        *) echo "$word" ;;
        esac
    done | sort -u >"$tmp/plus"
    sed -n 's/^SystemCallFilter=~//p' "$units/$1.service" | tr ' ' '\n' | while read -r word; do
        calls "$word"
    done | sort -u >"$tmp/minus"
    comm -23 "$tmp/plus" "$tmp/minus" >"$tmp/permitted"
    [ "$(wc -l <"$tmp/permitted")" -gt 100 ] || fail "$1 permits $(wc -l <"$tmp/permitted") system calls"
}

# used UNIT CALL...: those of the command as strace sees it, and CALL, which it makes for guests.
used() {
    unit=$1
    shift
    printf '%s\n' "$@" | cat - "$tmp/traced" | sort -u | comm -23 - "$tmp/permitted" >"$tmp/missing"
    [ ! -s "$tmp/missing" ] || fail "$unit does not permit: $(xargs <"$tmp/missing")"
}

command -v strace >/dev/null || skip "no strace"
trace() {
    strace -f -qq -o "$tmp/strace" "$@" >/dev/null 2>"$tmp/err"
    sed -n 's/^[0-9]* *\([a-z_0-9]*\)(.*/\1/p' "$tmp/strace" | sort -u >"$tmp/traced"
    [ "$(wc -l <"$tmp/traced")" -gt 10 ] || skip "strace cannot trace here"
}
mkdir -p "$tmp/empty"
trace "$ACDR" --root "$tmp/empty" settle
permitted acdr-settle
used acdr-settle sched_setattr sched_setaffinity migrate_pages socket connect sendmsg ioctl flock renameat
permitted acdr-watch
used acdr-watch sched_setattr sched_setaffinity migrate_pages perf_event_open ioctl flock renameat
trace "$ACDR" metrics --textfile
permitted acdr-metrics
used acdr-metrics perf_event_open sched_getattr execve
exit $failed
