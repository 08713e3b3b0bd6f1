# SPDX-License-Identifier: LGPL-2.1-or-later
"""
Domain XMLs that the recorded ones lack, each for one question about threads or memory. The numbers
are those of the two-node hosts: node 0 has CPUs 0-3,8-11, node 1 has 4-7,12-15, 16 GiB each.
"""
import os

BASE = """<domain type='kvm'>
  <name>{name}</name>
  <uuid>22222222-0000-4000-8000-{number:012d}</uuid>
  {most}<memory unit='GiB'>{memory}</memory>
  {current}<vcpu {vcpu_attr}>{vcpus}</vcpu>
  {body}
  <cpu>{cells}</cpu>
  <devices>{devices}<memballoon model='{balloon}'/></devices>
</domain>
"""


def tune(*elements):
    return "<cputune>" + "".join(f"<{e}/>" for e in elements) + "</cputune>"


def pins(*sets):
    return [f"vcpupin vcpu='{i}' cpuset='{s}'" for i, s in enumerate(sets)]


def numatune(mode, nodes, *memnodes, placement=""):
    where = f"nodeset='{nodes}'" if nodes else ""
    return (f"<numatune><memory mode='{mode}' {where} {placement}/>"
            + "".join(f"<memnode cellid='{c}' mode='strict' nodeset='{n}'/>"
                      for c, n in enumerate(memnodes)) + "</numatune>")


def cells(*each):
    return "<numa>" + "".join(f"<cell id='{i}' cpus='{c}' memory='{m}' unit='GiB'/>"
                              for i, (c, m) in enumerate(each)) + "</numa>"


def memory(model, size, requested=None, node=0):
    more = f"<requested unit='GiB'>{requested}</requested>" if requested is not None else ""
    path = "<source><path>/var/lib/nvdimm</path></source>" if model == "nvdimm" else ""
    label = "<label><size unit='KiB'>128</size></label>" if model == "nvdimm" else ""
    return (f"<memory model='{model}'>{path}<target><size unit='GiB'>{size}</size>"
            f"<node>{node}</node>{label}{more}</target></memory>")


def backing(text):
    return f"<memoryBacking>{text}</memoryBacking>"


TWO = cells(("0-1", 2), ("2-3", 2))
ONE_CELL = cells(("0-1", 2))
MODES = "strict", "restrictive", "preferred", "interleave"
MOST = "<maxMemory slots='16' unit='GiB'>64</maxMemory>"

LESS = "<currentMemory unit='GiB'>4</currentMemory>"

VARIANTS = {
    # placement='auto', with and without what numad would say
    "auto": dict(vcpu_attr="placement='auto'"),
    "auto-cpuset": dict(vcpu_attr="placement='auto' cpuset='1-3'"),
    "auto-memory": dict(body=numatune("strict", "", placement="placement='auto'")),
    "auto-nodeset": dict(body=numatune("strict", "0", placement="placement='auto'")),
    "auto-pinned": dict(vcpu_attr="placement='auto'", body=tune(*pins("2", "3"))),
    "auto-static-memory": dict(vcpu_attr="placement='auto'", body=numatune("strict", "1")),
    # numatune
    **{f"{mode}-{nodes}": dict(body=numatune(mode, nodes))
       for mode in MODES for nodes in ("0", "1", "0-1", "3")},
    **{f"{mode}-pinned-away": dict(body=numatune(mode, "1") + tune(*pins("2", "3")))
       for mode in MODES},
    "strict-partly-absent": dict(body=numatune("strict", "1,3")),
    "strict-large": dict(memory=20, body=numatune("strict", "1")),
    "strict-large-pinned": dict(memory=20, body=tune(*pins("2", "3"))),
    "large-pinned-both": dict(memory=20, body=tune(*pins("2", "6"))),
    "very-large-pinned-both": dict(memory=40, body=tune(*pins("2", "6"))),
    # memnode
    "memnode": dict(vcpus=4, memory=4, cells=TWO, body=numatune("strict", "0-1", "0", "1")),
    "memnode-crossed": dict(vcpus=4, memory=4, cells=TWO, body=numatune("strict", "0-1", "1", "0")),
    "memnode-crossed-pinned": dict(
        vcpus=4, memory=4, cells=TWO,
        body=numatune("strict", "0-1", "1", "0") + tune(*pins("2", "3", "6", "7"))),
    "memnode-one": dict(vcpus=4, memory=4, cells=TWO, body=numatune("strict", "0-1", "1")),
    "memnode-same": dict(vcpus=4, memory=4, cells=TWO, body=numatune("strict", "1", "1", "1")),
    "memnode-large": dict(vcpus=4, memory=40, cells=cells(("0-1", 20), ("2-3", 20)),
                          body=numatune("strict", "0-1", "0", "1")),
    "memnode-uneven": dict(vcpus=4, memory=22, cells=cells(("0-1", 20), ("2-3", 2)),
                           body=numatune("strict", "0-1", "0", "1")),
    "memnode-absent": dict(vcpus=4, memory=4, cells=TWO, body=numatune("strict", "0", "0", "5")),
    # QEMU's other threads, inside and outside the vCPUs' CPUs
    "emulatorpin-outside": dict(body=tune(*pins("2", "3"), "emulatorpin cpuset='1,9'")),
    "emulatorpin-inside": dict(body=tune(*pins("2", "3"), "emulatorpin cpuset='2-3'")),
    "emulatorpin-both": dict(body=tune(*pins("2", "3"), "emulatorpin cpuset='1-3'")),
    "emulatorpin-sibling": dict(body=tune(*pins("2", "3"), "emulatorpin cpuset='10'")),
    "emulatorpin-alone": dict(body=tune("emulatorpin cpuset='5,13'")),
    "emulatorpin-absent": dict(body=tune("emulatorpin cpuset='300-301'")),
    "iothreadpin-outside": dict(body="<iothreads>2</iothreads>" + tune(
        *pins("2", "3"), "iothreadpin iothread='1' cpuset='9'",
        "iothreadpin iothread='2' cpuset='5'")),
    "iothreadpin-inside": dict(body="<iothreads>1</iothreads>" + tune(
        *pins("2", "3"), "iothreadpin iothread='1' cpuset='3'")),
    "iothreadpin-half": dict(body="<iothreads>2</iothreads>" + tune(
        *pins("2", "3"), "iothreadpin iothread='1' cpuset='1-3'")),
    "defaultiothread": dict(
        body="<iothreads>2</iothreads>"
             "<iothreadids><iothread id='4'/><iothread id='7'/></iothreadids>"
             "<defaultiothread thread_pool_min='2' thread_pool_max='8'/>"
             + tune("iothreadpin iothread='7' cpuset='1-2'")),
    # where libvirt puts the guest's group
    "partition": dict(body="<resource><partition>/machine/fast</partition></resource>"),
    "partition-pinned": dict(body="<resource><partition>/machine/fast</partition></resource>"
                             + tune(*pins("2", "3"))),
    "partition-strict": dict(body="<resource><partition>/machine/fast</partition></resource>"
                             + numatune("strict", "0")),
    # memory that comes later, or is none
    "balloon": dict(memory=30, current=LESS, balloon="virtio"),
    "no-balloon": dict(memory=30, current=LESS),
    "virtio-mem": dict(most=MOST, memory=34, cells=ONE_CELL, devices=memory("virtio-mem", 32, 1)),
    "virtio-mem-filled": dict(most=MOST, memory=34, cells=ONE_CELL,
                              devices=memory("virtio-mem", 32, 32)),
    "dimm": dict(most=MOST, memory=22, cells=ONE_CELL, devices=memory("dimm", 20)),
    "nvdimm": dict(most=MOST, memory=22, cells=ONE_CELL, devices=memory("nvdimm", 20)),
    "file-backed": dict(memory=2, body=backing("<source type='file'/><access mode='shared'/>")),
    "memfd": dict(memory=2, body=backing("<source type='memfd'/><access mode='shared'/>")),
    "memfd-strict": dict(memory=8,
                         body=backing("<source type='memfd'/>") + numatune("strict", "0")),
    "hugepages": dict(memory=1, body=backing("<hugepages/>")),
    "hugepages-1g": dict(
        memory=2, body=backing("<hugepages><page size='1' unit='G'/></hugepages>")),
    "hugepages-memnode": dict(vcpus=4, memory=4, cells=TWO, body=backing("<hugepages/>")
                              + numatune("strict", "0-1", "1", "0")),
    # CPUs
    "one-wide": dict(vcpus=1, vcpu_attr="cpuset='0-15'"),
    "one-wide-node": dict(vcpus=1, vcpu_attr="cpuset='4-15'"),
    "one-narrow": dict(vcpus=1, vcpu_attr="cpuset='5'"),
    "cpuset-out": dict(vcpu_attr="cpuset='1-7,^4'"),
    "cpuset-and-pin": dict(vcpu_attr="cpuset='1-7'", body=tune("vcpupin vcpu='1' cpuset='12-15'")),
    "pins-clash": dict(body=tune(*pins("2", "2"))),
    "pins-housekeeping": dict(body=tune(*pins("0", "0"))),
    "pins-absent": dict(body=tune(*pins("700", "701"))),
    "pins-siblings": dict(body=tune(*pins("2", "10"))),
    "pins-half": dict(vcpus=4, body=tune(*pins("2", "3"))),
    "hotplug": dict(vcpus=8, vcpu_attr="current='2'"),
    "hotplug-pinned": dict(vcpus=4, vcpu_attr="current='2'", body=tune(*pins("2", "3", "6", "7"))),
    "hotplug-gap": dict(vcpus=4, vcpu_attr="current='2'", body="<vcpus>" + "".join(
        f"<vcpu id='{i}' enabled='{'no' if i % 2 else 'yes'}' hotpluggable='yes'/>"
        for i in range(4)) + "</vcpus>"),
    "vcpusched": dict(body=tune("vcpusched vcpus='0-1' scheduler='fifo' priority='1'")),
    **{f"vcpus-{n}": dict(vcpus=n) for n in (1, 5, 7, 13, 33)},
    **{f"cells-{n}": dict(vcpus=n, memory=4,
                          cells=cells((f"0-{n // 2 - 1}", 2), (f"{n // 2}-{n - 1}", 2)))
       for n in (4, 10)},
}


def write_variants(folder):
    for number, (name, given) in enumerate(VARIANTS.items()):
        parts = dict(name=name, number=number, most="", memory=2, current="", vcpu_attr="",
                     vcpus=2, body="", cells="", devices="", balloon="none")
        with open(os.path.join(folder, f"variant-{name}.xml"), "w") as f:
            f.write(BASE.format(**{**parts, **given}))
