#!/bin/sh
# hook_early.sh DIR: which calls the early hook settles alone, and which it hands to the module.
set -u
dir=$1 hook=$1/hook_probe state=$1/state journal=$1/state/journal module=$1/module.so
tmp=$(mktemp -d)
trap 'rm -rf "$tmp" "$state" "$module"' EXIT
uuid=c7a5fdbd-cdaf-9455-926a-d65c16db1809
: >"$tmp/failed"
# A crash is to be a crash, in a sanitized build as well.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0
export ASAN_OPTIONS

install -m 755 "$dir/hook_stub.so" "$module"
plain="<domain type='kvm'><name>g</name><uuid>$uuid</uuid></domain>"
tagged="<domain type='kvm'><name>g</name><uuid>$uuid</uuid><metadata><acdr:class xmlns:acdr=\"urn:libacdr:domain:1\" name=\"c\"/></metadata></domain>"

# expect STATUS (called | quiet | TEXT) WHAT ARGUMENT... <XML: exit status, and what stderr has.
expect() {
    want=$1 how=$2 what=$3
    shift 3
    "$hook" "$@" >"$tmp/out" 2>"$tmp/err"
    got=$?
    case $how in
    quiet) [ ! -s "$tmp/err" ] ;;
    *) grep -q -- "$how" "$tmp/err" ;;
    esac && [ $got -eq "$want" ] && [ ! -s "$tmp/out" ] && return
    # A file and no variable: expect stands at the end of pipes.
    { echo "FAILED: $what: exit status $got, expected $want and '$how' on stderr, which has:"
      head -c 300 "$tmp/err"; } | tee -a "$tmp/failed"
}

rm -rf "$state"
mkdir "$state"
for op in prepare start started stopped release reconnect attach migrate restore bogus; do
    echo "$plain" | expect 0 quiet "untagged, no journal: $op" g $op begin -
done
for op in prepare started reconnect attach migrate restore; do
    echo "$tagged" | expect 0 "called name=g op=$op subop=begin len=$(echo "$tagged" | wc -c) daemon=0" \
        "tagged, no journal: $op" g $op begin -
done
for op in start stopped release; do
    echo "$tagged" | expect 0 quiet "tagged, no journal: $op" g $op end -
done
echo "$tagged" | expect 1 called "a refusal is the hook's" g prepare 86 -
for op in reconnect attach migrate restore; do
    echo "$tagged" | expect 0 called "a refusal where nothing may fail: $op" g $op 86 -
done

# The wall: whatever becomes of the work, only prepare of a tagged guest is refused.
echo "$tagged" | expect 1 "ended with status 3: what is half done" "the work ends" g prepare 3 -
for op in started reconnect attach; do
    echo "$tagged" | expect 0 "guest g: .* ended with status 127" "the work ends: $op" g $op 127 -
    echo "$tagged" | expect 0 "guest g: .* ended by signal 11" "the work crashes: $op" g $op SEGV -
    echo "$tagged" | expect 0 "guest g: .* ended by signal 9" "the work is killed: $op" g $op KILL -
done
# A document is passed on whole, or not at all.
for op in migrate restore; do
    echo "$tagged" | expect 0 "ended by signal 9" "killed while it prints: $op" g $op HALF -
    [ "$(echo "$tagged" | "$hook" g $op PRINT - 2>/dev/null)" = "<domain/>" ] ||
        echo "FAILED: $op is not passed on" | tee -a "$tmp/failed"
done
echo "$tagged" | (trap '' CHLD; expect 0 "called" "SIGCHLD is ignored" g started 0 -)
(ulimit -f 0; echo "$tagged" | "$hook" g reconnect FILL - 2>"$tmp/err") || fail_file=$?
[ -z "${fail_file-}" ] || echo "FAILED: a full file ends the hook with $fail_file" | tee -a "$tmp/failed"

# A guest has a file of its own, and the journal is not read.
mkdir "$state/guests"
: >"$journal"
: >"$state/guests/$uuid"
echo "$plain" | expect 0 called "untagged, in the journal" g release end -
echo "$plain" | tr a-f A-F | sed 's/UUID/uuid/g' >"$tmp/upper"
printf '<domain><uuid>%s</uuid></domain>' "$(echo $uuid | tr a-f A-F)" |
    expect 0 called "the journal's UUIDs are lower case" g release end -
echo "<domain><name>g</name></domain>" | expect 0 called "no UUID: cannot be ruled out" g release end -
printf '<domain><uuid>%s' "$uuid" | expect 0 called "a UUID cut off" g release end -
printf '' | expect 0 called "no XML at all" g release end -
other=$(echo "$plain" | sed 's/c7a5/c7a6/')
echo "$other" | expect 0 quiet "untagged, another guest's journal: prepare" h prepare begin -
echo "$other" | expect 0 quiet "untagged, tasks are not swept: started" h started begin -
: >"$state/swept"
echo "$other" | expect 0 called "untagged, tasks are kept off clean cores: started" h started begin -
echo "$other" | expect 0 quiet "the same: prepare" h prepare begin -
rm -f "$journal"
mkfifo "$journal"
echo "$other" | expect 0 quiet "the journal is not opened" h prepare begin -
rm -rf "$journal" "$state/guests" "$state/swept"
: >"$journal"
echo "$other" | expect 0 called "a journal without marks rules nothing out" h release end -
mkdir "$state/guests"

# What is unfinished concerns every call, unless somebody works on it.
: >"$state/unfinished"
for op in prepare start started stopped release reconnect attach migrate restore bogus; do
    echo "$other" | expect 0 called "unfinished: $op" h $op begin -
done
echo "$other" | expect 0 called "an untagged guest is never refused" h prepare 86 -
expect 0 "called .* daemon=1" "unfinished: daemon start" - start - start </dev/null
# What could not be restored is tried again once a minute, by guests without a class.
echo xx >"$state/unfinished"
for op in prepare start started stopped release; do
    echo "$other" | expect 0 quiet "tried a moment ago: $op" h $op begin -
done
echo "$tagged" | expect 0 called "tried a moment ago, a class: prepare" g prepare 0 -
for when in "2 minutes ago" "2 minutes"; do
    touch -d "$when" "$state/unfinished"
    echo "$other" | expect 0 called "tried $when" h prepare begin -
done
: >"$state/unfinished"
for op in prepare start release; do
    echo "$other" | flock "$state/lock" -c "'$hook' h $op begin -" 2>"$tmp/err"
    [ ! -s "$tmp/err" ] || echo "FAILED: $op while another works" | tee -a "$tmp/failed"
done
rm -f "$journal" "$state/unfinished"

# Sizes: the bound itself, and one byte more; the tag at the very end.
pad() { head -c "$1" /dev/zero | tr '\0' ' '; }
{ pad $((16777216 - 20)); printf 'urn:libacdr:domain:1'; } |
    expect 0 "called .* len=16777216" "16 MiB" g prepare begin -
{ pad $((16777217 - 20)); printf 'urn:libacdr:domain:1'; } |
    expect 0 "acdr: guest g: .*over 16 MiB.*runs unconditioned" "over 16 MiB" g prepare begin -
expect 0 "could not be read: Is a directory" "stdin is a directory" g prepare begin - <"$tmp"
: >"$state/swept"
expect 0 "called .* len=0" "swept without its XML" g started begin - <"$tmp"
rm "$state/swept"

# A writer that does not end: the deadline is armed before the first byte is read.
mkfifo "$tmp/endless"
sleep 8 >"$tmp/endless" &
expect 0 "acdr: guest g: its XML was not read: .*runs unconditioned after 1 seconds" "endless" \
    g prepare begin - <"$tmp/endless"
kill $!
: >"$journal"

# The daemon hook: repairs when the daemon starts, under any file name, and never fails.
expect 0 "called .* daemon=1" "daemon start" - start - start </dev/null
expect 0 quiet "daemon shutdown" - shutdown - shutdown </dev/null
rm -f "$journal"
expect 0 quiet "daemon start, no journal" - start - start </dev/null
expect 0 "without its arguments" "called by hand" </dev/null

# The module: missing, broken, or open to others.
chmod 775 "$module"
echo "$tagged" | expect 1 "writable by others than root" "a module open to others" g prepare begin -
echo "$tagged" | expect 0 "others than root" "the same, where it must not fail" g reconnect begin -
rm -f "$module"
echo "$tagged" | expect 1 "No such file.*" "no module" g prepare begin -
echo "$tagged" | expect 0 "No such file.*" "no module, guest runs" g started begin -
echo garbage >"$module"
chmod 755 "$module"
echo "$tagged" | expect 1 "acdr: guest g: " "a broken module" g prepare begin -
[ ! -s "$tmp/failed" ]
