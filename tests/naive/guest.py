# SPDX-License-Identifier: LGPL-2.1-or-later
"""
A domain XML, read plainly: where libvirt puts each thread and the memory, its defaults included.
Knows libvirt's formatdomain and nothing of libacdr.
"""
import xml.etree.ElementTree as ElementTree

from machine import cpus

UNITS = {"b": 1, "bytes": 1}
for power, letter in enumerate("kmgt", 1):
    UNITS[letter] = UNITS[letter + "ib"] = 1024**power
    UNITS[letter + "b"] = 1000**power


def kib(e):
    if e is None or not (e.text or "").strip():
        return 0
    return -(-int(e.text) * UNITS[e.get("unit", "KiB").lower()] // 1024)


class Guest:
    def __init__(self, path):
        root = ElementTree.parse(path).getroot()
        self.xml = root if root.tag == "domain" else root.find("domain")
        self.tune = self.xml.find("cputune")
        self.partition = self.text("resource/partition") or "/machine"
        self.read_numad()
        self.read_vcpus()
        self.read_iothreads()
        self.read_numatune()
        self.read_memory()

    def text(self, path):
        return (self.xml.findtext(path) or "").strip()

    def pins(self, name, key):
        found = {} if self.tune is None else {
            e.get(key): cpus(e.get("cpuset")) for e in self.tune.findall(name) if e.get("cpuset")}
        return {int(k) if k else None: v for k, v in found.items()}

    # --- who asks numad ---

    def read_numad(self):
        vcpu, memory = self.xml.find("vcpu"), self.xml.find("numatune/memory")
        placement = "" if vcpu is None else vcpu.get("placement", "")
        wanted = memory is not None and memory.get("placement") == "auto"
        bound = memory is not None and not wanted and memory.get("nodeset")
        pins = "vcpupin", "emulatorpin", "iothreadpin"
        pinned = self.tune is not None and any(self.tune.findall(n) for n in pins)
        cpuset = vcpu is not None and placement != "auto" and vcpu.get("cpuset")
        # Each of the two inherits the other's unless it says something itself.
        self.numad_memory = bool(wanted or (placement == "auto" and not bound))
        alone = wanted and not placement and not pinned and not cpuset
        self.numad_cpus = placement == "auto" or bool(alone)
        self.cpuset = cpus(cpuset) if cpuset else None

    # --- threads ---

    def read_vcpus(self):
        vcpu = self.xml.find("vcpu")
        self.most = int((vcpu.text or "1") if vcpu is not None else 1)
        now = int(vcpu.get("current") or self.most) if vcpu is not None else 1
        each = self.xml.findall("vcpus/vcpu")
        enabled = {int(e.get("id")) for e in each if e.get("enabled") == "yes"}
        self.vcpus = enabled or set(range(now))
        own = self.pins("vcpupin", "vcpu")
        self.pin = {v: own.get(v, self.cpuset) for v in self.vcpus}
        self.emulator = self.pins("emulatorpin", "none").get(None, self.cpuset)

    def read_iothreads(self):
        ids = {int(e.get("id")) for e in self.xml.findall("iothreadids/iothread")}
        count = max(int(self.text("iothreads") or 0), len(ids))
        number = 1
        while len(ids) < count:
            ids.add(number) if number not in ids else None
            number += 1
        own = self.pins("iothreadpin", "iothread")
        self.iothread = {i: own.get(i, self.cpuset) for i in ids}

    # --- memory ---

    def read_numatune(self):
        memory = self.xml.find("numatune/memory")
        self.mode, self.nodes = "", set()
        if memory is not None:
            self.mode = memory.get("mode", "strict")
            if memory.get("placement") != "auto" and memory.get("nodeset"):
                self.nodes = cpus(memory.get("nodeset"))
        self.memnode = {int(e.get("cellid")): cpus(e.get("nodeset"))
                        for e in self.xml.findall("numatune/memnode")}
        # QEMU's main thread has the nodes of all cells as well.
        self.confined = set.union(self.nodes, *self.memnode.values()) if (
            self.mode in ("strict", "restrictive") and self.nodes) else None

    def read_memory(self):
        cells = self.xml.findall("cpu/numa/cell")
        self.cells = {int(e.get("id", i)): self.cell_kib(e) for i, e in enumerate(cells)}
        self.pages = [kib_size(e) for e in self.xml.findall("memoryBacking/hugepages/page")]
        self.huge = self.xml.find("memoryBacking/hugepages") is not None
        devices = [Device(e) for e in self.xml.findall("devices/memory")]
        memory = kib(self.xml.find("memory"))
        boot = sum(self.cells.values()) or memory - sum(d.size for d in devices)
        self.start_kb = boot + sum(d.start for d in devices)
        self.boot_kb = boot
        model = self.xml.find("devices/memballoon")
        current = kib(self.xml.find("currentMemory"))
        if current and (model is None or model.get("model") != "none"):
            # A balloon may keep this back; a naive model gives it the benefit of the doubt.
            self.least_kb = min(self.start_kb, current)
        else:
            self.least_kb = self.start_kb
        self.growth_kb = sum(d.size - d.start for d in devices if d.model == "virtio-mem")

    @staticmethod
    def cell_kib(e):
        return -(-int(e.get("memory", 0)) * UNITS[e.get("unit", "KiB").lower()] // 1024)


def kib_size(e):
    return int(e.get("size", 0)) * UNITS[e.get("unit", "KiB").lower()] // 1024


class Device:
    def __init__(self, e):
        self.model = e.get("model")
        self.size = kib(e.find("target/size"))
        requested = max(kib(e.find("target/requested")), kib(e.find("target/current")))
        self.start = {"dimm": self.size, "virtio-mem": requested}.get(self.model, 0)
