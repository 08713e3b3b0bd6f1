#!/bin/sh
# What acdr xml makes is taken by libvirt's own parser: of documents in which a class's usual
# advice would be refused, and of every other document here that libvirt takes in the first place.
# Its test driver judges them: it parses as all drivers do, starts nothing and asks no daemon.
. "$SRC/tests/cli/lib.sh"
command -v virsh >/dev/null && virsh -q -c test:///default list >/dev/null 2>&1 ||
    skip "no virsh with libvirt's test driver"

make_host "$tmp/root"
put "$tmp/root/proc/meminfo" "Hugepagesize:       2048 kB"
put "$tmp/root/etc/acdr/classes/all.conf" "[balloon]
need = try
[ksm]
need = try
[hugepages]
need = try
[vcpus]
need = try
[emulator]
need = try
[strict-numa]
need = try
[block]
need = try
[packet-path]
need = try
[sched]
vcpus = fifo
need = try"
put "$tmp/root/etc/acdr/classes/large.conf" "[hugepages]
size = 1G"
xml() { "$ACDR" --root "$tmp/root" xml "$@"; }

# plain FILE NUMBER: what is not a matter of the driver is made the test driver's.
plain() {
    sed -e "0,/<domain /s/type=['\"][a-z]*['\"]/type='test'/" -e 's,<emulator>.*</emulator>,,' \
        -e 's,<uuid>.*</uuid>,,' -e "0,/<name>/s,<name>.*</name>,<name>g$2</name>," "$1"
}

# taken FOLDER: the files in it that libvirt takes, each under a name of its own; why not, in
# FOLDER.said.
taken() {
    commands=
    for f in "$1"/*.xml; do
        commands="$commands define '$f';"
    done
    virsh -q -c test:///default "$commands" >"$1.said" 2>&1 || [ $? -eq 1 ] || fail "virsh: $(cat "$1.said")"
    for f in "$1"/*.xml; do
        grep -qF "Failed to define domain from $f" "$1.said" || basename "$f"
    done
}

# rewrite FILE CLASS FOLDER: 0 where acdr made a document of it.
rewrite() {
    xml --xml "$1" --class "$2" --place --full >"$3/$(basename "$1")" 2>"$tmp/err" && return
    rm "$3/$(basename "$1")"
    grep -q 'no place\|no node\|no dedicated' "$tmp/err" || fail "$1: $(cat "$tmp/err")"
    return 1
}

mkdir "$tmp/own" "$tmp/own.made" "$tmp/in" "$tmp/made"
own() {
    cat >"$tmp/own/$1.xml" <<END
<domain type='test'>
  <name>own$1</name>
  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
  $2
  <os><type arch='x86_64'>hvm</type></os>
  <devices>$3</devices>
</domain>
END
}
disk() { echo "<disk type='file' device='disk'><driver name='qemu' type='raw' $2/><source file='/$1'/><target dev='$1' bus='virtio'/>${3-}</disk>"; }
own one-id "<iothreadids><iothread id='3'/></iothreadids>" "$(disk vda '')"
own more-ids "<iothreads>3</iothreads><iothreadids><iothread id='5'/><iothread id='6'/></iothreadids>" \
    "$(disk vda '')$(disk vdb "iothread='6'")$(disk vdc '')$(disk vdd '')$(disk vde '')"
own no-ids "<iothreads>2</iothreads>" "$(disk vda '')$(disk vdb '')$(disk vdc '')"
own vhost-user "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking>" \
    "<disk type='vhostuser' device='disk' model='virtio'><driver name='qemu' type='raw'/><source type='unix' path='/v'/><target dev='vda' bus='virtio'/></disk>"
own mmio "" "$(disk vda '' "<address type='virtio-mmio'/>")"
own ondemand "<memoryBacking><allocation mode='ondemand'/></memoryBacking>" ""
own anonymous "<memoryBacking><source type='anonymous'/></memoryBacking>" ""
own shared "<memoryBacking><source type='file'/><access mode='shared'/><discard/></memoryBacking>" ""
own balloon "<currentMemory unit='MiB'>256</currentMemory>" "<memballoon model='virtio'/>"
own numa "<maxMemory slots='2' unit='GiB'>4</maxMemory><cpu><numa><cell id='0' cpus='0' memory='128' unit='MiB'/><cell id='1' cpus='1' memory='128' unit='MiB'/></numa></cpu>" \
    "<memory model='dimm'><target><size unit='MiB'>256</size><node>1</node></target></memory>"
own quota "<iothreads>1</iothreads><cputune><period>100000</period><quota>50000</quota><global_quota>100000</global_quota><emulator_quota>20000</emulator_quota><iothread_quota>30000</iothread_quota></cputune>" ""
taken "$tmp/own" >"$tmp/own.taken"
[ "$(wc -l <"$tmp/own.taken")" -eq 11 ] || fail "libvirt refuses an input: $(cat "$tmp/own.said")"
for f in "$tmp"/own/*.xml; do
    rewrite "$f" all "$tmp/own.made" || fail "$f: nothing is made of it: $(cat "$tmp/err")"
done
taken "$tmp/own.made" | diff "$tmp/own.taken" - ||
    fail "libvirt refuses what was made of these: $(cat "$tmp/own.made.said")"
has() { grep -q -- "$2" "$tmp/own.made/$1.xml" || fail "$1: no $2: $(cat "$tmp/own.made/$1.xml")"; }
has_not() { grep -q -- "$2" "$tmp/own.made/$1.xml" && fail "$1: $2"; }
has one-id "iothread='3'"
for id in 1 5 6; do has more-ids "iothread='$id'"; done
has no-ids "iothread='2'"
has_not vhost-user "iothread"
has_not mmio "iothread"
has ondemand "<hugepages>"
has ondemand "mode='immediate'"
has anonymous "<source type='file'/>"
has shared "<discard/>"
for limit in quota global_quota emulator_quota iothread_quota; do has quota "<$limit>-1</$limit>"; done
expect 0 "pages larger than the guest" xml --xml "$tmp/own/numa.xml" --class large --full
grep -q "<hugepages>" "$tmp/out" && fail "pages of 1 GiB for a guest of 512 MiB"

mkdir "$tmp/all"
cp "$SRC"/tests/domains/*.xml "$tmp/all"
[ ! -r "$shared/fixtures/domain-xml.tar.gz" ] || tar -xzf "$shared/fixtures/domain-xml.tar.gz" -C "$tmp/all"
find "$tmp/all" -name '*.xml' | sort >"$tmp/files"
n=0
while read -r file; do
    n=$((n + 1))
    plain "$file" $n >"$tmp/in/$n.xml"
done <"$tmp/files"
taken "$tmp/in" >"$tmp/in.taken"
while read -r file; do
    rewrite "$tmp/in/$file" all "$tmp/made" && echo "$file"
done <"$tmp/in.taken" >"$tmp/made.all"
[ -s "$tmp/made.all" ] || [ ! -r "$shared/fixtures/domain-xml.tar.gz" ] || fail "nothing was made"
if [ -s "$tmp/made.all" ]; then
    taken "$tmp/made" | sort >"$tmp/made.taken"
    sort "$tmp/made.all" | diff - "$tmp/made.taken" || fail "libvirt refuses these (<): $(cat "$tmp/made.said")"
fi
echo "$(wc -l <"$tmp/made.all") of $(wc -l <"$tmp/in.taken") documents that libvirt takes rewritten, all taken"
exit $failed
