#!/bin/sh
# acdr xml: what a class would have in a guest's XML. Every document that libvirt's own schema takes
# is taken by it afterwards, and is as the class would have it.
. "$SRC/tests/cli/lib.sh"
schema=/usr/share/libvirt/schemas/domain.rng

make_host "$tmp/root"
classes=$tmp/root/etc/acdr/classes
put "$classes/near.conf" "[balloon]
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
need = try"
put "$classes/disks.conf" "[block]
need = try
[packet-path]
need = try
[sched]
vcpus = fifo
need = try"
put "$classes/nothing.conf" ""
xml() { "$ACDR" --root "$tmp/root" xml "$@"; }

cat >"$tmp/guest.xml" <<'END'
<domain type="kvm">
  <name>g</name><!-- kept -->
  <uuid>c7a5fdbd-cdaf-9455-926a-d65c16db1809</uuid>
  <memory unit='KiB'>1048576</memory>
  <vcpu>2</vcpu>
  <cputune>
    <shares>2048</shares>
  </cputune>
  <devices>
    <disk type='file'><source file='/a'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file'><source file='/b'/><target dev='sda' bus='sata'/></disk>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
END
cat >"$tmp/want" <<'END'
# [hugepages] memoryBacking/hugepages: fewer TLB misses; the pool is filled when the guest starts
# [ksm] memoryBacking/nosharepages: KSM skips this guest and continues for others
# [balloon] devices/memballoon: no balloon takes pages from the guest
--- g
+++ g
@@ -2,6 +2,12 @@
   <name>g</name><!-- kept -->
   <uuid>c7a5fdbd-cdaf-9455-926a-d65c16db1809</uuid>
   <memory unit='KiB'>1048576</memory>
+  <memoryBacking>
+    <hugepages>
+      <page size='2048' unit='KiB'/>
+    </hugepages>
+    <nosharepages/>
+  </memoryBacking>
   <vcpu>2</vcpu>
   <cputune>
     <shares>2048</shares>
@@ -13,5 +19,6 @@
       <source bridge='br0'/>
       <model type='virtio'/>
     </interface>
+    <memballoon model='none'/>
   </devices>
 </domain>
END
put "$tmp/root/proc/meminfo" "Hugepagesize:       2048 kB"
before=$(tree "$tmp/root")
expect 0 "a diff" xml --xml "$tmp/guest.xml" --class near
diff "$tmp/want" "$tmp/out" || fail "another diff"

# With a place: pins beside what the owner has in cputune, memory on the node, and whose pins they are.
expect 0 "with a place" xml --xml "$tmp/guest.xml" --class near --place --full
cp "$tmp/out" "$tmp/placed.xml"
for line in "    <acdrpins:host xmlns:acdrpins='urn:libacdr:pins:1'/>" '    <shares>2048</shares>' \
    "    <vcpupin vcpu='0' cpuset='1'/>" "    <vcpupin vcpu='1' cpuset='9'/>" \
    "    <emulatorpin cpuset='0,8'/>" "    <memory mode='strict' nodeset='0'/>" '  <name>g</name><!-- kept -->'; do
    grep -qxF -- "$line" "$tmp/out" || fail "no line: $line"
done
expect 0 "as JSON" xml --xml "$tmp/guest.xml" --class near --place --json
json_is 1 place vcpus 0 cpus
json_is memoryBacking/hugepages changes 0 path
"$JSON_GET" xml <"$tmp/out" >"$tmp/json.xml"
[ "$(cat "$tmp/json.xml")" = "$(cat "$tmp/placed.xml")" ] || fail "JSON has another document"

# What ACDR wrote is written anew, what the owner wrote stands.
sed -e "s/cpuset='1'/cpuset='5'/" -e "s/nodeset='0'/nodeset='1'/" "$tmp/placed.xml" >"$tmp/stale.xml"
expect 0 "stale pins" xml --xml "$tmp/stale.xml" --class near --place --full
cmp -s "$tmp/out" "$tmp/placed.xml" || fail "stale pins are kept: $(diff "$tmp/placed.xml" "$tmp/out")"
grep -v acdrpins "$tmp/stale.xml" >"$tmp/owners.xml"
expect 0 "pins of the owner" xml --xml "$tmp/owners.xml" --class near --place
grep -q '^# place: the XML has pins or a numatune set by its owner' "$tmp/out" || fail "nothing is said of the owner's pins"
grep -q '^[-+] .*\(pin\|numatune\|memory mode\)' "$tmp/out" && fail "the owner's pins are changed"

expect 0 "disks and queues" xml --xml "$tmp/guest.xml" --class disks --full
for line in '  <iothreads>1</iothreads>' "      <driver queues='2'/>" '    <locked/>' \
    "    <disk type='file'><source file='/a'/><target dev='vda' bus='virtio'/><driver iothread='1'/></disk>" \
    "    <disk type='file'><source file='/b'/><target dev='sda' bus='sata'/></disk>"; do
    grep -qxF -- "$line" "$tmp/out" || fail "no line: $line"
done

# Two nodes: cells that say which memory is near.
sed -e 's/>2</>8</' -e 's/1048576/4194304/' "$tmp/guest.xml" >"$tmp/wide.xml"
expect 0 "two nodes" xml --xml "$tmp/wide.xml" --class near --place --full
for line in "      <cell id='0' cpus='0-3' memory='2097152' unit='KiB'/>" \
    "      <cell id='1' cpus='4-7' memory='2097152' unit='KiB'/>" \
    "    <memnode cellid='1' mode='strict' nodeset='1'/>"; do
    grep -qxF -- "$line" "$tmp/out" || fail "no line: $line"
done

expect 0 "nothing to say" xml --xml "$tmp/guest.xml" --class nothing --place
grep -qx '# nothing to change' "$tmp/out" || fail "a class without steps: $(cat "$tmp/out")"
expect_error 1 "has no class" "no tag" xml --xml "$tmp/guest.xml"
sed -e 's/>2</>20</' "$tmp/guest.xml" >"$tmp/huge.xml"
expect_error 1 "no place" "no room" xml --xml "$tmp/huge.xml" --class near --place
expect_error 2 "either DOMAIN or --xml" "no guest" xml --class near
expect_error 2 "either --full or --json" "both" xml --xml "$tmp/guest.xml" --full --json
[ "$before" = "$(tree "$tmp/root")" ] && [ ! -e "$tmp/root/run" ] || fail "xml changed something"

# libvirt's schema, over all documents that it takes in the first place.
[ -r $schema ] && command -v xmllint >/dev/null || { [ $failed -eq 0 ] && skip "no xmllint, or no $schema"; exit 1; }
valid() { find "$1" -name '*.xml' -exec xmllint --noout --relaxng $schema {} + 2>&1 | sed -n 's/ validates$//p' | sort; }
mkdir "$tmp/in" "$tmp/done"
cp "$SRC"/tests/domains/*.xml "$tmp/in"
[ ! -r "$shared/fixtures/domain-xml.tar.gz" ] || tar -xzf "$shared/fixtures/domain-xml.tar.gz" -C "$tmp/in"
valid "$tmp/in" >"$tmp/valid"
cat "$classes/near.conf" "$classes/disks.conf" >"$classes/both.conf"
while read -r file; do
    made=$tmp/done/$(basename "$file")
    if xml --xml "$file" --class both --place --full >"$made" 2>"$tmp/err"; then
        expect 0 "$file again" xml --xml "$made" --class both --place
        grep -qx '# nothing to change' "$tmp/out" || fail "$file: not as the class would have it: $(cat "$tmp/out")"
    else
        grep -q 'no place\|no node' "$tmp/err" || fail "$file: $(cat "$tmp/err")"
        rm "$made"
    fi
done <"$tmp/valid"
find "$tmp/done" -name '*.xml' | sort >"$tmp/made"
[ "$(wc -l <"$tmp/made")" -ge 10 ] || fail "only $(wc -l <"$tmp/made") documents were rewritten"
valid "$tmp/done" | diff "$tmp/made" - || fail "libvirt's schema refuses these (<)"
echo "$(wc -l <"$tmp/made") of $(wc -l <"$tmp/valid") valid documents rewritten, all valid"
exit $failed
