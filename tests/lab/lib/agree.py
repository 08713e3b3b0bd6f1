"""Do acdr's figures agree with other tools'? agree.py FOLDER PERCENT GUEST=PID...

FOLDER holds what was seen over the same window: record.csv, a recording of acdr's whose last sample
is the window's end; what copy_twice.py made of "softirqs", "interrupts", "dev" (of /proc/net) and
GUEST.exits; mpstat.json, pidstat and GUEST.numastat. Prints a line for each kind of figure: how many were
compared and the worst difference. Ends with 1 where one is further off than PERCENT, or where a kind has
nothing to compare.
"""
import csv
import json
import re
import sys
from pathlib import Path

folder, percent = Path(sys.argv[1]), float(sys.argv[2])
guests = dict(a.split("=") for a in sys.argv[3:])
rows = {}  # kind: [compared, worst, where]


def compare(kind, where, ours, theirs, least, of=0):
    """In per cent of OF, else of the larger one. Below LEAST there is too little to compare."""
    row = rows.setdefault(kind, [0, -1.0, ""])
    if max(abs(ours), abs(theirs)) < least:
        return
    off = abs(ours - theirs) * 100 / (of or max(abs(ours), abs(theirs)))
    row[0] += 1
    if off > row[1]:
        row[1], row[2] = off, f"{where}: {ours:.4g} against {theirs:.4g}"


with open(folder / "record.csv", newline="") as f:
    lines = list(csv.DictReader(f))
end = max(float(line["time"]) for line in lines)
window = end - min(float(line["time"]) for line in lines)
last = [line for line in lines if float(line["time"]) == end]


def ours(metric, **labels):
    """Counters as rates per second, gauges as levels, of those that have these labels; summed up."""
    return sum(float(r["value"]) for r in last
               if r["metric"] == metric and all(r[k] == v for k, v in labels.items()))


def by_hand(name, read):
    """What a kernel's file says: {key: rate per second}."""
    a, b = (read((folder / n / name).read_text()) for n in "12")
    seconds = [float((folder / n / f"{name}.when").read_text()) for n in "12"]
    return {k: (b[k] - a.get(k, 0)) / (seconds[1] - seconds[0]) for k in b}


def columns(text):
    """A table of counters per CPU: {(row, cpu): count}."""
    lines = text.splitlines()
    cpus = [c[3:] for c in lines[0].split()]
    return {(row.split(":")[0].strip(), cpu): int(n) for row in lines[1:]
            for cpu, n in zip(cpus, row.split(":")[1].split()) if n.isdigit()}


def links(text):
    fields = {}
    for line in text.splitlines()[2:]:
        name, rest = line.split(":")
        v = rest.split()
        for what, way, at in (("bytes", "receive", 0), ("packets", "receive", 1),
                              ("bytes", "transmit", 8), ("packets", "transmit", 9)):
            fields[name.strip(), what, way] = int(v[at])
    return fields


def with_mpstat():
    """Shares of all the time that the CPU told of, as mpstat has them."""
    modes = {"usr": "user", "nice": "nice", "sys": "system", "irq": "irq", "soft": "softirq",
             "guest": "guest", "idle": "idle"}
    load = json.loads((folder / "mpstat.json").read_text())["sysstat"]["hosts"][0]["statistics"][0]["cpu-load"]
    for cpu in load:
        whole = ours("acdr_cpu_seconds", cpu=cpu["cpu"])
        for theirs, mode in modes.items() if whole else ():
            share = ours("acdr_cpu_seconds", cpu=cpu["cpu"], label=mode) * 100 / whole
            compare("time of CPUs: mpstat", f"CPU {cpu['cpu']} {mode}", share, cpu[theirs], 2, of=100)


def with_pidstat():
    heads = None
    for line in (folder / "pidstat").read_text().splitlines():
        if line.startswith("#"):
            heads = line[1:].split()
        elif heads and len(line.split()) >= len(heads):
            v = dict(zip(heads, line.split()))
            if v["TID"] == "-":
                continue
            tid = v["TID"]
            compare("run time of threads: pidstat", f"tid {tid}",
                    ours("acdr_thread_run_seconds", tid=tid) * 100, float(v["%CPU"]), 1, of=100)
            compare("run delay of threads: pidstat", f"tid {tid}",
                    ours("acdr_thread_run_delay_seconds", tid=tid) * 100, float(v["%wait"]), 1, of=100)
            for kind, column in ("voluntary", "cswch/s"), ("involuntary", "nvcswch/s"):
                compare("switches of threads: pidstat", f"tid {tid} {kind}",
                        ours("acdr_thread_switches", tid=tid, label=kind), float(v[column]), 20)


def with_numastat():
    for guest in guests:
        total = next(line for line in (folder / f"{guest}.numastat").read_text().splitlines()
                     if line.startswith("Total")).split()[1:]
        for node, theirs in enumerate(total[:-1]):
            compare("memory by node: numastat -p", f"{guest} node {node}",
                    ours("acdr_guest_memory_bytes", guest=guest, node=str(node)) / 2**20, float(theirs), 1,
                    of=float(total[-1]))


def with_files():
    for (kind, cpu), theirs in by_hand("softirqs", columns).items():
        compare("softirqs: /proc/softirqs", f"CPU {cpu} {kind}",
                ours("acdr_cpu_softirqs", cpu=cpu, label=kind), theirs, 20)
    for (row, cpu), theirs in by_hand("interrupts", columns).items():
        metric = "acdr_cpu_interrupts" if row.isdigit() else "acdr_cpu_kernel_interrupts"
        compare("interrupts: /proc/interrupts", f"CPU {cpu} {row}", ours(metric, cpu=cpu, label=row), theirs, 20)
    for (name, what, way), theirs in by_hand("dev", links).items():
        if re.match(r"vnet\d", name):
            compare("taps: /proc/net/dev", f"{name} {what} {way}",
                    ours(f"acdr_interface_{what}", device=name, label=way), theirs, 20)
    for guest in guests:
        exits = by_hand(f"{guest}.exits", lambda text: {"all": int(text)})["all"]
        compare("KVM exits: debugfs", guest, ours("acdr_guest_kvm_exits", guest=guest, label="all"), exits, 20)
        compare("exits of vCPUs by tracepoint: debugfs", guest, ours("acdr_thread_kvm_exits", guest=guest),
                exits, 20)


for check in with_mpstat, with_pidstat, with_numastat, with_files:
    check()
bad = 0
print(f"{'figure: compared with':<42} {'compared':>9} {'worst':>8}  over {window:.1f} s")
for kind, (n, worst, where) in rows.items():
    print(f"{kind:<42} {n:>9} {worst:>6.2f} %  {where}")
    bad += n == 0 or worst > percent
sys.exit(1 if bad else 0)
