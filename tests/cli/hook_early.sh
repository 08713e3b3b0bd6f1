#!/bin/sh
# hook_early.sh DIR: which calls the early hook settles alone, and which it hands to the module.
set -u
dir=$1 hook=$1/hook_probe journal=$1/journal module=$1/module.so
tmp=$(mktemp -d)
trap 'rm -rf "$tmp" "$journal" "$module"' EXIT
uuid=c7a5fdbd-cdaf-9455-926a-d65c16db1809
: >"$tmp/failed"

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

rm -f "$journal"
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
echo "$tagged" | expect 3 called "the module's status is the hook's" g prepare 3 -

printf 'domain\t%s\tg\n' "$uuid" >"$journal"
echo "$plain" | expect 0 called "untagged, in the journal" g release end -
echo "$plain" | tr a-f A-F | sed 's/UUID/uuid/g' >"$tmp/upper"
printf '<domain><uuid>%s</uuid></domain>' "$(echo $uuid | tr a-f A-F)" |
    expect 0 called "the journal's UUIDs are lower case" g release end -
echo "<domain><name>g</name></domain>" | expect 0 called "no UUID: cannot be ruled out" g release end -
printf '<domain><uuid>%s' "$uuid" | expect 0 called "a UUID cut off" g release end -
printf '' | expect 0 called "no XML at all" g release end -
other=$(echo "$plain" | sed 's/c7a5/c7a6/')
echo "$other" | expect 0 quiet "untagged, another guest's journal: prepare" h prepare begin -
echo "$other" | expect 0 quiet "untagged, no task knob: started" h started begin -
printf 'claim\t%s\ttasks:\tminus\t4\n' "$uuid" >>"$journal"
echo "$other" | expect 0 called "untagged, tasks are kept off clean cores: started" h started begin -
echo "$other" | expect 0 quiet "the same: prepare" h prepare begin -
: >"$journal"
echo "$other" | expect 0 called "an empty journal rules nothing out" h release end -

# Sizes: the bound itself, and one byte more; the tag at the very end.
pad() { head -c "$1" /dev/zero | tr '\0' ' '; }
{ pad $((16777216 - 20)); printf 'urn:libacdr:domain:1'; } |
    expect 0 "called .* len=16777216" "16 MiB" g prepare begin -
{ pad $((16777217 - 20)); printf 'urn:libacdr:domain:1'; } |
    expect 0 "acdr: guest g: .*over 16 MiB.*runs unconditioned" "over 16 MiB" g prepare begin -
expect 0 "could not be read: Is a directory" "stdin is a directory" g prepare begin - <"$tmp"

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
