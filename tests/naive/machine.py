# SPDX-License-Identifier: LGPL-2.1-or-later
"""A host of files, read plainly: what its kernel has to give. Knows nothing of libacdr."""
import glob
import os
import re


def cpus(text):
    """The numbers of a kernel list or of libvirt's, which may take some away again with ^."""
    ret = set()
    for part in text.replace(" ", "").strip().split(","):
        if not part:
            continue
        first, _, last = part.lstrip("^").partition("-")
        numbers = set(range(int(first), int(last or first) + 1))
        ret = ret - numbers if part[0] == "^" else ret | numbers
    return ret


def mask(text):
    """The numbers of a kernel mask: "f,00000001"."""
    number = int(text.strip().replace(",", "") or "0", 16)
    return {i for i in range(number.bit_length()) if number >> i & 1}


class Machine:
    def __init__(self, root):
        self.root = root
        folders = glob.glob(self.path("sys/devices/system/cpu/cpu[0-9]*"))
        present = {int(re.search(r"\d+$", p)[0]) for p in folders}
        online = self.read("sys/devices/system/cpu/online")
        self.online = cpus(online) & present if online else present
        self.core = {c: self.siblings(c) for c in self.online}
        self.read_nodes()
        self.mount = self.find_mount()

    def path(self, name):
        return os.path.join(self.root, name)

    def read(self, name):
        try:
            with open(self.path(name)) as f:
                return f.read()
        except FileNotFoundError:
            return None

    def read_set(self, *names):
        """The first of the files that is there; masks have no _list or list in their names."""
        for name in names:
            text = self.read(name)
            if text and text.strip():
                return cpus(text) if name.endswith("list") else mask(text)
        return set()

    def siblings(self, cpu):
        name = f"sys/devices/system/cpu/cpu{cpu}/topology/"
        kinds = "core_cpus_list", "thread_siblings_list", "core_cpus", "thread_siblings"
        return (self.read_set(*(name + k for k in kinds)) or {cpu}) & self.online

    def read_nodes(self):
        self.node_cpus, self.total_kb, self.most_kb, self.hugepages = {}, {}, {}, {}
        for path in glob.glob(self.path("sys/devices/system/node/node[0-9]*")):
            node = int(re.search(r"\d+$", path)[0])
            name = f"sys/devices/system/node/node{node}"
            info = dict(re.findall(r"Node \d+ (\S+):\s+(\d+)", self.read(f"{name}/meminfo") or ""))
            self.node_cpus[node] = self.read_set(name + "/cpulist", name + "/cpumap") & self.online
            self.total_kb[node] = int(info.get("MemTotal", 0))
            # What the kernel could free at most: free pages, the whole page cache, all slab.
            names = "MemFree", "Active(file)", "Inactive(file)", "SReclaimable"
            self.most_kb[node] = sum(int(info.get(n, 0)) for n in names)
            for pool in glob.glob(self.path(f"{name}/hugepages/hugepages-*kB")):
                kb = int(re.search(r"-(\d+)kB$", pool)[1])
                with open(pool + "/free_hugepages") as f:
                    self.hugepages[node, kb] = int(f.read())
        if not self.node_cpus:
            self.node_cpus, self.total_kb, self.most_kb = {0: self.online}, {0: 0}, {0: 0}
        self.knows_memory = any(self.total_kb.values())

    def find_mount(self):
        """The cgroup hierarchy with cpusets: its path, and the names of its effective sets."""
        for line in (self.read("proc/mounts") or "").splitlines():
            _, where, kind, options = (line.split() + [""] * 4)[:4]
            if kind == "cgroup2":
                return where, "cpuset.cpus.effective", "cpuset.mems.effective"
            if kind == "cgroup" and "cpuset" in options.split(","):
                return where, "cpuset.effective_cpus", "cpuset.effective_mems"
        return None

    def group(self, partition):
        """Where libvirt puts the guests of a <partition>."""
        if not os.path.isdir(self.path("run/systemd/system")):
            return partition.strip("/")
        names = partition.strip("/").split("/")
        return "/".join("-".join(names[: i + 1]) + ".slice" for i in range(len(names)))

    def upwards(self, partition, name):
        """The set of the nearest group that has the file, each within those above it."""
        group, ret = self.group(partition).split("/"), None
        while self.mount:
            text = self.read(os.path.join(self.mount[0].strip("/"), *group, name))
            if text and text.strip():
                ret = cpus(text) if ret is None else ret & cpus(text)
            if not group:
                break
            group.pop()
        return ret

    def reach(self, partition):
        found = self.upwards(partition, self.mount[1]) if self.mount else None
        return self.online if found is None else self.online & found

    def memory_nodes(self, partition):
        found = self.upwards(partition, self.mount[2]) if self.mount else None
        nodes = {n for n, kb in self.total_kb.items() if kb or not self.knows_memory}
        return nodes if found is None else nodes & found

    def node_of(self, cpu):
        return min((n for n, c in self.node_cpus.items() if cpu in c), default=None)

    def nearest(self, node):
        """The node with memory that a node without it takes from."""
        if not self.knows_memory or self.total_kb.get(node):
            return node
        text = self.read(f"sys/devices/system/node/node{node}/distance") or ""
        far = dict(zip(sorted(self.total_kb), map(int, text.split())))
        nodes = [n for n, kb in self.total_kb.items() if kb]
        return min(nodes, key=lambda n: (far.get(n, 255), n))
