# SPDX-License-Identifier: LGPL-2.1-or-later
"""
Judges a plan: where it says that the guest starts, each claim of stage guest must lie within what
libvirt writes and what the kernel has; where it refuses, the reason must name what makes it refuse.
"""
import configparser
import os
import re

from machine import cpus

GROUP = "the cgroup of libvirt's guests"

# What a reason must name, each as the form of its sentence. None of them is general.
REASONS = [
    r"^domain XML, line \d+: <",
    r"the XML (pins|binds|leaves) .*(<vcpupin>|<vcpu cpuset=>|<emulatorpin>|<iothreadpin>|<memnode>"
    r"|<numatune>|placement='auto')",
    r"^no place: needs .*\d+ MiB.*; node \d+ has ",
    r"cgroup of (libvirt's )?guests has .*\(cpuset\.(cpus|mems)",
    r"^smt = isolate: the XML pins vCPU \d+ to CPU \d+, whose sibling, CPU \d+, .* belongs to .+",
    r"<memoryBacking><hugepages>",
    r"^node \d+ has (no pool of|\d+ free pages of) ",
    r"<memballoon model='none'/>",
    r"^way = \w+: ",
]


class Classes:
    """Which sections a class has, and the keys that the judge asks for."""

    def __init__(self, folder):
        self.folder = folder

    def get(self, name):
        ini = configparser.ConfigParser(interpolation=None, comment_prefixes=("#", ";"))
        with open(os.path.join(self.folder, name + ".conf")) as f:
            ini.read_string("[top]\n" + f.read())
        above = ini["top"].get("inherit")
        ret = self.get(above) if above else {}
        for section in ini.sections():
            if section != "top":
                ret.setdefault(section, {}).update(ini[section])
        return ret


class Judge:
    def __init__(self, machine, guest, sections, plan, prepare):
        self.m, self.g, self.sections = machine, guest, sections
        self.plan, self.prepare = plan, prepare
        self.wrong = []
        self.reach = machine.reach(guest.partition)
        self.mems = machine.memory_nodes(guest.partition)

    def no(self, text):
        self.wrong.append(text)

    # --- the verdict ---

    def refused(self):
        """The reasons of a plan by which the guest does not start."""
        if "error" in self.plan:
            return [self.plan["text"]]
        return [f"{s['step']}: {s['note']}" for s in self.plan["steps"]
                if s["need"] == "must" and s["result"] in ("refused", "unsupported")]

    def judge(self):
        if "result" not in self.prepare:
            self.judge_reason(self.prepare["text"])
            return False
        reasons = self.refused()
        said = f"{self.prepare['result']}, {self.prepare['text']}"
        if bool(reasons) != (self.prepare["result"] == "failed"):
            planned = "refuses: " + reasons[0] if reasons else "starts it"
            self.no(f"plan {planned}, prepare says: {said}")
        if "error" in self.plan:
            self.judge_reason(re.sub(r"^domain [^:]*: class [^:]*: ", "", self.plan["text"]))
            return not reasons
        for s in self.plan["steps"]:
            if s["result"] in ("refused", "unsupported"):
                if s["need"] == "must":
                    self.judge_reason(s["note"])
                elif not s["note"]:
                    self.no(f"{s['step']} is refused without a reason")
        if not reasons:
            self.judge_claims()
        return not reasons

    def judge_reason(self, text):
        if not any(re.search(r, text) for r in REASONS):
            self.no(f"a reason that names nothing: {text}")
        found = re.match(r"no place: needs (?:(\d+) dedicated CPUs.*? and )?(\d+) MiB", text)
        if not found:
            return
        vcpus, mib = int(found[1] or 0) + ("one for the emulator" in text), int(found[2])
        node_has = (r"node (\d+) has (?:(\d+) of \d+ CPUs free for vCPUs and )?(\d+) MiB"
                    r"(, \d+ MiB in)?")
        for node, room, kb, pages in re.findall(node_has, text):
            if int(room or 0) >= vcpus and int(kb) >= mib and not pages:
                self.no(f"node {node} has all that is asked for: {text}")

    # --- claims ---

    def judge_claims(self):
        self.claims = [c for c in self.plan["claims"] if c["stage"] == "guest"]
        self.place = self.plan["place"]
        self.clean = cpus(self.place["clean"]) if self.place else set()
        self.widened = [cpus(c["value"]) for c in self.claims
                        if c["knob"].startswith(("list:", "part:")) and c["op"] == "set"]
        self.threads = [(c["step"], *self.thread(c["knob"]), cpus(c["value"])) for c in self.claims
                        if c["knob"].startswith("thread:") and c["op"] == "set"]
        for step, kind, number, value in self.threads:
            self.judge_thread(step, kind, number, value)
        self.judge_vcpus()
        for c in self.claims:
            if c["knob"].startswith(("list:", "part:")):
                self.inside(c["knob"], cpus(c["value"]), self.reach, GROUP)
        self.judge_memory()

    @staticmethod
    def thread(knob):
        found = re.match(r"thread:\((\w+)(?: (\d+))?\)", knob)
        return found[1], int(found[2]) if found[2] else None

    def inside(self, what, value, bounds, whose):
        if not value:
            self.no(f"{what}: an empty set")
        if not value <= bounds:
            self.no(f"{what}: {sorted(value - bounds)} is not in what {whose} has")

    def judge_thread(self, step, kind, number, value):
        what = f"{step}: {kind} {'' if number is None else number}"
        written = {"vCPU": self.g.pin.get(number), "iothread": self.g.iothread.get(number),
                   "emulator": self.g.emulator, "vhost": self.g.emulator}[kind]
        self.inside(what, value, self.m.online, "the host")
        self.inside(what, value, self.reach, GROUP)
        if kind == "vCPU" and number not in self.g.vcpus:
            self.no(f"{what}: the guest has no such vCPU")
        if kind == "iothread" and number not in self.g.iothread:
            self.no(f"{what}: the guest has no such iothread")
        if written is not None and not any(value <= w for w in self.widened if kind == "vCPU"):
            self.inside(what, value, written, "libvirt's cpuset of it")
        if kind != "vCPU" and step == "emulator" and value & self.clean:
            self.no(f"{what}: on the guest's own cores {sorted(value & self.clean)}")

    def judge_vcpus(self):
        if "vcpus" not in self.sections or not any(s["step"] == "vcpus" and s["result"] == "applied"
                                                   for s in self.plan["steps"]):
            return
        own = {n: v for step, kind, n, v in self.threads if step == "vcpus" and kind == "vCPU"}
        used = [c for v in own.values() for c in v]
        if set(own) != self.g.vcpus:
            self.no(f"vcpus: CPUs for vCPUs {sorted(own)}, the guest has {sorted(self.g.vcpus)}")
        if any(len(v) != 1 for v in own.values()) or len(set(used)) != len(used):
            self.no(f"vcpus: not a CPU for each: {own}")
        if not set(used) <= self.clean:
            self.no(f"vcpus: not on its clean cores: {sorted(set(used) - self.clean)}")
        self.judge_siblings(own)

    def judge_siblings(self, own):
        smt = self.sections["vcpus"].get("smt", "prefer")
        used = [c for v in own.values() for c in v]
        pinned = any(p is not None for p in self.g.pin.values())
        for c in used:
            idle = self.m.core[c] - {c}
            if smt == "isolate" and idle & set(used):
                self.no(f"smt = isolate: two vCPUs on core {sorted(self.m.core[c])}")
            if smt != "any" and (smt == "isolate" or not pinned) and not idle <= self.clean:
                self.no(f"smt = {smt}: sibling {sorted(idle)} of CPU {c} is not the guest's")

    # --- memory ---

    def judge_memory(self):
        bound = [cpus(c["value"]) for c in self.claims if c["knob"].startswith(("mems:", "pages:"))]
        for nodes in bound:
            self.inside("strict-numa", nodes, self.mems, GROUP)
            if self.g.confined is not None:
                self.inside("strict-numa", nodes, self.g.confined, f"numatune mode='{self.g.mode}'")
            if self.g.mode == "interleave" and not self.g.nodes & self.mems <= nodes:
                self.no(f"strict-numa: {sorted(nodes)} leaves out nodes of an interleaved numatune")
            if self.g.mode in ("", "preferred") and not self.g.memnode and self.place["vcpus"]:
                near = {self.m.nearest(self.m.node_of(int(v["cpus"]))) for v in self.place["vcpus"]}
                if nodes != near:
                    self.no(f"strict-numa: memory on {sorted(nodes)}, vCPUs near {sorted(near)}")
            for cell, wanted in self.g.memnode.items():
                if not wanted <= nodes:
                    self.no(f"strict-numa: {sorted(nodes)} leaves out those of cell {cell}")
        if bound and not self.g.huge:
            self.judge_fit(set.union(*bound), self.g.least_kb, "the guest")
            for nodes in set(map(frozenset, self.g.memnode.values())):
                kb = sum(self.g.cells.get(c, 0) for c, n in self.g.memnode.items() if n <= nodes)
                kb = kb * self.g.least_kb // max(self.g.start_kb, 1)
                self.judge_fit(nodes, kb, "the cells of a <memnode>")
        for c in self.plan["claims"]:
            found = re.match(r"huge:(\d+)/(\d+)kB", c["knob"])
            if found:
                self.judge_pages(int(found[1]), int(found[2]), int(c["value"]))

    def judge_fit(self, nodes, kb, who):
        if not self.m.knows_memory:
            return
        there = sum(self.m.most_kb.get(n, 0) for n in nodes)
        if any(self.m.total_kb.get(n) and not self.m.most_kb[n] for n in nodes):
            there = sum(self.m.total_kb.get(n, 0) for n in nodes)
        if kb > there:
            self.no(f"{who} needs {kb >> 10} MiB, nodes {sorted(nodes)} have {there >> 10}")

    def judge_pages(self, node, kb, more):
        if (node, kb) not in self.m.hugepages:
            self.no(f"hugepages: node {node} has no pages of {kb} kB")
        if more * kb > self.m.most_kb.get(node, 0) > 0:
            self.no(f"hugepages: {more} pages of {kb} kB are more than node {node} has")
