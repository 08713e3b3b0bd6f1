#!/bin/sh
# acdr advise on a host of two nodes of 24 cores with two threads each, two cores of each the host's
# own: a node of 48 CPUs holds 44.
. "$SRC/tests/cli/lib.sh"

sys=$tmp/root/sys/devices/system
put "$sys/cpu/online" 0-95
cpu=0
while [ $cpu -lt 96 ]; do
    core=$((cpu % 48))
    put "$sys/cpu/cpu$cpu/topology/thread_siblings_list" $core,$((core + 48))
    put "$sys/cpu/cpu$cpu/topology/physical_package_id" $((core / 24))
    cpu=$((cpu + 1))
done
put "$sys/node/online" 0-1
put "$sys/node/node0/cpulist" 0-23,48-71
put "$sys/node/node1/cpulist" 24-47,72-95
for node in 0 1; do
    put "$sys/node/node$node/meminfo" "Node $node MemTotal: 134217728 kB
Node $node MemFree: 130023424 kB"
done
put "$tmp/root/proc/sys/kernel/random/boot_id" 11111111-2222-3333-4444-555555555555
put "$tmp/root/etc/acdr/acdr.conf" "housekeeping = 0-1,48-49,24-25,72-73"
put "$tmp/root/etc/acdr/classes/cores.conf" "[vcpus]
smt = isolate"
put "$tmp/root/etc/acdr/classes/both.conf" "[vcpus]
smt = prefer"
advise() { "$ACDR" --root "$tmp/root" advise "$@"; }
# finding KIND SUBJECT TEXT: a line of the last text.
finding() { grep -q "^$1: $2: .*$3" "$tmp/out" || fail "no $1 of $2: $3"; }

# 44, not 48.
expect 0 "44" advise --vcpus 44 --memory 64G --json
json_is true fits one_node
json_is 44 largest vcpus
json_is 44 nodes 0 capacity
json_is 4 nodes 0 housekeeping
json_is 1 topology sockets
json_is 22 topology cores
json_is 2 topology threads
json_is 0 cells
json_is 0 findings
expect 0 "48" advise --vcpus 48 --memory 64G --json
json_is false fits one_node
json_is 2 fits needs_nodes
json_is CPUs fits because
json_is 2 cells
json_is 24-47 cells 1 vcpus
json_is 33554432 cells 0 memory_kb
expect 0 "48" advise --vcpus 48 --memory 64G
finding advice vCPUs "48 are more than a node holds: node 1 has 48 CPUs, 4 of them are reserved for the host, and the others hold 44 vCPUs"
grep -q '^largest guest of one node: 44 vCPUs, less than 131072 MiB$' "$tmp/out" || fail "the largest is not said"

# Counting vCPUs alone is the classic mistake.
expect 0 "memory" advise --vcpus 8 --memory 192G
grep -q '^fits one node: no, for its memory; needs 2$' "$tmp/out" || fail "memory is not the reason"
finding advice memory "memory is why it spans nodes, its vCPUs fit one"
expect 0 "too large" advise --vcpus 100 --memory 1T
grep -q '^fits: no, for its CPUs and memory$' "$tmp/out" || fail "too large is not said"

# Both threads of each core hold twice as many.
expect 0 "whole cores" advise --vcpus 40 --memory 64G --class cores
finding advice vCPUs "the others hold 22 vCPUs"
grep -q 'a node holds 44 then' "$tmp/out" || fail "smt = prefer is not named"
expect 0 "an odd number" advise --vcpus 7 --memory 8G
finding advice vCPUs "7 do not fill whole cores"

# guest FILE VCPU-ELEMENT CPU-CONTENT
guest() {
    put "$1" "<domain><name>g</name><uuid>c7a5fdbd-cdaf-9455-926a-d65c16db1809</uuid>
<memory unit='GiB'>64</memory>$2<cpu>$3</cpu></domain>"
}
told="sockets='1' cores='4' threads='2'"
guest "$tmp/good.xml" "<vcpu>8</vcpu>" "<topology $told/>"
expect 0 "a good guest" advise --xml "$tmp/good.xml" --class both --json
json_is 0 findings
guest "$tmp/none.xml" "<vcpu>8</vcpu>" ""
expect 0 "no topology" advise --xml "$tmp/none.xml" --class both
finding advice topology "its XML does not say so"
grep -q "<topology $told/>" "$tmp/out" || fail "the right topology is not printed"
expect 0 "threads that are cores" advise --xml "$tmp/good.xml" --class cores
finding problem topology "2 vCPUs are threads of one core"
guest "$tmp/cells.xml" "<vcpu>8</vcpu>" "<topology sockets='2' cores='2' threads='2'/><numa>
<cell id='0' cpus='0-3' memory='33554432'/><cell id='1' cpus='4-7' memory='33554432'/></numa>"
expect 0 "cells for nothing" advise --xml "$tmp/cells.xml" --class both
finding advice "guest NUMA" "its XML has 2 cells, but it fits one node"
guest "$tmp/sockets.xml" "<vcpu>60</vcpu>" "<topology sockets='3' cores='10' threads='2'/>"
expect 0 "three sockets on two nodes" advise --xml "$tmp/sockets.xml" --class both
finding problem topology "3 sockets over 2 nodes"
finding problem "guest NUMA" "its XML has one"
guest "$tmp/later.xml" "<vcpu current='8'>16</vcpu>" ""
expect 0 "hot-add" advise --xml "$tmp/later.xml" --class both
finding problem hot-add "8 of 16 vCPUs run at start"
guest "$tmp/fixed.xml" "<vcpu>8</vcpu><launchSecurity type='sev'/>" "<topology $told/>"
expect 0 "pinned memory" advise --xml "$tmp/fixed.xml" --class both
finding advice memory "its memory is pinned because it is encrypted"
guest "$tmp/quota.xml" "<vcpu>8</vcpu><memtune><hard_limit unit='GiB'>1</hard_limit></memtune>
<cputune><period>100000</period><quota>50000</quota></cputune>" "<topology $told/>"
expect 0 "a quota" advise --xml "$tmp/quota.xml" --class both
finding problem bandwidth "run 50 % of the time"
finding problem memory "its hard limit of 1024 MiB is less than"
guest "$tmp/grow.xml" "<vcpu>8</vcpu><devices><memory model='virtio-mem'><target>
<size unit='GiB'>400</size><node>0</node><requested unit='GiB'>0</requested></target></memory>
</devices>" "<topology $told/><numa><cell id='0' cpus='0-7' memory='8' unit='GiB'/></numa>"
expect 0 "virtio-mem" advise --xml "$tmp/grow.xml" --class both
finding advice memory "it starts with 8192 MiB and may grow by 409600 MiB"
expect 0 "virtio-mem as JSON" advise --xml "$tmp/grow.xml" --class both --json
json_is 8388608 memory_kb
json_is 419430400 grow_kb
json_is true fits one_node
guest "$tmp/pins.xml" "<vcpu>8</vcpu><cputune><emulatorpin cpuset='0'/></cputune>" "<topology $told/>"
expect 0 "pins" advise --xml "$tmp/pins.xml" --class both
finding advice pins "it stays there, even if"

# The owner's pins decide what the guest should be told; siblings here are N and N+48.
pinned() {
    file=$1 topology=$2 vcpu=0 pins=
    shift 2
    for cpus; do
        pins="$pins<vcpupin vcpu='$vcpu' cpuset='$cpus'/>"
        vcpu=$((vcpu + 1))
    done
    guest "$file" "<vcpu>4</vcpu><cputune>$pins</cputune>" "$topology"
}
two="<topology sockets='1' cores='2' threads='2'/>"
pinned "$tmp/apart.xml" "$two" 2 3 4 5
expect 0 "pinned apart" advise --xml "$tmp/apart.xml" --class both
finding problem topology "2 vCPUs are threads of one core, but its pins do not keep them on one"
grep -q "threads='2'" "$tmp/out" && fail "the mistake is recommended"
pinned "$tmp/matched.xml" "$two" 2 50 3 51
expect 0 "pinned as told" advise --xml "$tmp/matched.xml" --class cores
grep -q '^[a-z]*: topology' "$tmp/out" && fail "a right topology is blamed: $(cat "$tmp/out")"
grep -q "cores='2' threads='2'" "$tmp/out" || fail "another topology is recommended"
pinned "$tmp/pairs.xml" "$two" 2,50 2,50 3,51 3,51
expect 0 "pinned to pairs" advise --xml "$tmp/pairs.xml" --class cores
grep -q '^[a-z]*: topology' "$tmp/out" && fail "pins to a whole core are blamed: $(cat "$tmp/out")"
pinned "$tmp/wide.xml" "$two" 2-5,50-53 2-5,50-53 2-5,50-53 2-5,50-53
expect 0 "pinned to a pool" advise --xml "$tmp/wide.xml" --class both
finding problem topology "its pins do not keep them on one"
pinned "$tmp/together.xml" "" 2 50 3 51
expect 0 "pinned to siblings" advise --xml "$tmp/together.xml" --class cores
finding advice topology "its pins put 2 vCPUs each on the threads of one core"
pinned "$tmp/nodes.xml" "" 2 3 26 27
expect 0 "pinned to two nodes" advise --xml "$tmp/nodes.xml" --class both
finding problem "guest NUMA" "it is on 2 nodes"
grep -q "<cell id='1' cpus='2-3'" "$tmp/out" || fail "no cells by the pins"
guest "$tmp/amd.xml" "<vcpu>8</vcpu>" "<topology $told/>"
sed -i -e "s/<cpu>/<cpu mode='host-passthrough'>/" "$tmp/amd.xml"
expect 0 "no CPU is known" advise --xml "$tmp/amd.xml" --class both
grep -q topoext "$tmp/out" && fail "topoext for a CPU that nobody knows"
put "$tmp/root/proc/cpuinfo" "vendor_id	: GenuineIntel"
expect 0 "an Intel CPU" advise --xml "$tmp/amd.xml" --class both
grep -q topoext "$tmp/out" && fail "topoext for Intel"
put "$tmp/root/proc/cpuinfo" "vendor_id	: AuthenticAMD"
expect 0 "an AMD CPU" advise --xml "$tmp/amd.xml" --class both
finding advice topology "without the feature topoext"
sed -i -e "s,</cpu>,<feature policy='require' name='topoext'/></cpu>," "$tmp/amd.xml"
expect 0 "an AMD CPU with it" advise --xml "$tmp/amd.xml" --class both
grep -q topoext "$tmp/out" && fail "topoext is there already"
rm "$tmp/root/proc/cpuinfo"

# Huge pages are taken at the start: free memory is not enough, a class that makes them is.
sed "s,<vcpu>,<memoryBacking><hugepages/></memoryBacking><vcpu>," "$tmp/good.xml" >"$tmp/huge.xml"
grep -q hugepages "$tmp/huge.xml" || fail "no guest with huge pages"
put "$tmp/root/etc/acdr/classes/pages.conf" "[vcpus]
smt = prefer
[hugepages]"
put "$tmp/root/proc/meminfo" "Hugepagesize: 2048 kB"
# pools PAGES0 PAGES1: free ones of each node.
pools() {
    for node in 0 1; do
        pool=$sys/node/node$node/hugepages/hugepages-2048kB
        put "$pool/nr_hugepages" 40000
        [ $node = 0 ] || shift
        put "$pool/free_hugepages" "$1"
        put "$pool/surplus_hugepages" 0
    done
}
pools 100 0
expect 0 "no huge pages" advise --xml "$tmp/huge.xml" --class both
finding problem "huge pages" "node 0 has 200 MiB, node 1 has 0 MiB free: it would not start"
grep -q 'virsh allocpages 2048KiB [0-9]* --cellno NODE' "$tmp/out" || fail "huge pages: no remedy"
grep -q '^fits one node: yes, but none has the room now$' "$tmp/out" || fail "huge pages are not room"
expect 0 "no huge pages" advise --xml "$tmp/huge.xml" --class both --json
json_is 204800 nodes 0 hugepages_kb
expect 0 "pages are made" advise --xml "$tmp/huge.xml" --class pages
! grep -q 'huge pages' "$tmp/out" || fail "the class makes them: $(cat "$tmp/out")"
pools 0 40000
expect 0 "enough huge pages" advise --xml "$tmp/huge.xml" --class both
! grep -q 'huge pages' "$tmp/out" || fail "node 1 has them: $(cat "$tmp/out")"
expect 0 "no huge pages asked for" advise --xml "$tmp/good.xml" --class both --json
json_is null nodes 0 hugepages_kb
rm -r "$sys/node/node0/hugepages" "$sys/node/node1/hugepages" "$tmp/root/proc/meminfo"

# Memory of a node without CPUs, and CPUs of a node without memory, are nobody's size.
big=$sys/node/node2
put "$sys/node/online" 0-2
put "$big/cpulist" ""
put "$big/meminfo" "Node 2 MemTotal: 536870912 kB
Node 2 MemFree: 536870912 kB"
expect 0 "a node of memory alone" advise --vcpus 8 --memory 192G
grep -q '^largest guest of one node: 44 vCPUs, less than 131072 MiB$' "$tmp/out" ||
    fail "memory without CPUs is counted"
grep -q '^fits one node: no, for its memory; needs 2$' "$tmp/out" || fail "its CPUs are blamed"
put "$big/cpulist" 46-47
put "$sys/node/node1/cpulist" 24-45,72-95
expect 0 "fewer CPUs and more memory" advise --vcpus 8 --memory 192G --class cores
grep -q '^largest guest of one node: 22 vCPUs, less than 131072 MiB; or 0 vCPUs' "$tmp/out" &&
    fail "a node that holds no guest is named"
put "$big/cpulist" 46-47,94-95
put "$sys/node/node1/cpulist" 24-45,72-93
expect 0 "fewer CPUs and more memory" advise --vcpus 8 --memory 192G --class cores
grep -q '^largest guest of one node: 22 vCPUs, less than 131072 MiB; or 2 vCPUs, less than 524288 MiB$' \
    "$tmp/out" || fail "the larger memory is not told: $(cat "$tmp/out")"
put "$sys/node/node0/meminfo" "Node 0 MemTotal: 0 kB"
put "$sys/node/node1/meminfo" "Node 1 MemTotal: 0 kB"
put "$big/cpulist" ""
put "$sys/node/node1/cpulist" 24-47,72-95
expect 0 "no node has both" advise --vcpus 2 --memory 1G
finding problem nodes "no node of this host has both"
grep -q '^largest guest of one node: none$' "$tmp/out" || fail "a size is told where there is none"
for node in 0 1; do
    put "$sys/node/node$node/meminfo" "Node $node MemTotal: 134217728 kB
Node $node MemFree: 130023424 kB"
done
put "$big/meminfo" "Node 2 MemTotal: 0 kB"

# Others have the node.
expect 0 "a pool" "$ACDR" --root "$tmp/root" apply --class both --cpus 2-20,50-68 --name one
expect 0 "a pool" "$ACDR" --root "$tmp/root" apply --class both --cpus 26-40,74-88 --name two
expect 0 "no room now" advise --vcpus 44 --memory 64G
finding advice room "none has the room now"

expect_error 2 "go together" "half a size" advise --vcpus 4
expect_error 2 "are needed" "nothing" advise
expect_error 2 "not a size" "a wrong size" advise --vcpus 4 --memory 4Q
expect_error 2 "from 1 to 8192" "a wrong number" advise --vcpus none --memory 4G
exit $failed
