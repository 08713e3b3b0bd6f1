"""Do the figures of acdr metrics agree with other tools'? agree.py FOLDER PERCENT GUEST=PID...

FOLDER holds two samples, taken one after the other: 1/ and 2/, each with "metrics", the kernel's files
"softirqs", "interrupts", "dev" (of /proc/net) and GUEST.exits, and "when" in seconds; and what other
tools said of the same window: mpstat.json, pidstat, GUEST.numastat; and exits.csv, a recording. Prints a line for each kind of
figure: how many were compared and the worst difference. Ends with 1 where one is further off than PERCENT,
or where a kind has nothing to compare.
"""
import csv
import json
import re
import sys
from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families

folder, percent = Path(sys.argv[1]), float(sys.argv[2])
guests = dict(a.split("=") for a in sys.argv[3:])
rows = {}  # kind: [compared, worst, where]


def compare(kind, where, ours, theirs, least):
    """Figures below LEAST are too few to tell two per cent of."""
    row = rows.setdefault(kind, [0, 0.0, ""])
    if max(abs(ours), abs(theirs)) < least:
        return
    off = abs(ours - theirs) * 100 / max(abs(ours), abs(theirs))
    row[0] += 1
    if off > row[1]:
        row[1], row[2] = off, f"{where}: {ours:.4g} against {theirs:.4g}"


def sample(n):
    """{(metric, labels): value} of one sample, labels as a sorted tuple."""
    return {(s.name, tuple(sorted(s.labels.items()))): s.value
            for f in text_string_to_metric_families((folder / n / "metrics").read_text()) for s in f.samples}


def when(n):
    return float((folder / n / "when").read_text())


first, last = sample("1"), sample("2")
window = when("2") - when("1")


def rates(metric):
    """(labels as a dict, rate per second) of each counter that is in both samples."""
    for (name, labels), value in last.items():
        if name == metric and (name, labels) in first:
            yield dict(labels), (value - first[name, labels]) / window


def rate(metric, **labels):
    return next((r for have, r in rates(metric) if all(have.get(k) == v for k, v in labels.items())), 0.0)


def by_hand(name, read):
    """What a kernel's file says: {key: rate per second}."""
    a, b = (read((folder / n / name).read_text()) for n in "12")
    return {k: (b[k] - a.get(k, 0)) / window for k in b}


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
        for key, at in (("bytes", "receive", 0), ("packets", "receive", 1)), (("bytes", "transmit", 8),
                                                                              ("packets", "transmit", 9)):
            fields[name.strip(), key[0], key[1]] = int(v[at])
    return fields


def with_mpstat():
    modes = {"usr": "user", "nice": "nice", "sys": "system", "irq": "irq", "soft": "softirq",
             "guest": "guest", "idle": "idle"}
    load = json.loads((folder / "mpstat.json").read_text())["sysstat"]["hosts"][0]["statistics"][0]["cpu-load"]
    for cpu in load:
        for theirs, ours in modes.items() if cpu["cpu"] != "all" else ():
            compare("time of CPUs: mpstat", f"CPU {cpu['cpu']} {ours}",
                    rate("acdr_cpu_seconds_total", cpu=cpu["cpu"], mode=ours) * 100, cpu[theirs], 2)


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
                    rate("acdr_thread_run_seconds_total", tid=tid) * 100, float(v["%CPU"]), 2)
            compare("run delay of threads: pidstat", f"tid {tid}",
                    rate("acdr_thread_run_delay_seconds_total", tid=tid) * 100, float(v["%wait"]), 2)
            for kind, column in ("voluntary", "cswch/s"), ("involuntary", "nvcswch/s"):
                compare("switches of threads: pidstat", f"tid {tid} {kind}",
                        rate("acdr_thread_switches_total", tid=tid, kind=kind), float(v[column]), 10)


def with_numastat():
    for guest in guests:
        total = next(line for line in (folder / f"{guest}.numastat").read_text().splitlines()
                     if line.startswith("Total"))
        for node, theirs in enumerate(total.split()[1:-1]):
            ours = sum(v for (name, labels), v in last.items() if name == "acdr_guest_memory_bytes" and
                       ("guest", guest) in labels and ("node", str(node)) in labels) / 2**20
            compare("memory by node: numastat -p", f"{guest} node {node}", ours, float(theirs), 8)


def with_files():
    for (kind, cpu), theirs in by_hand("softirqs", columns).items():
        compare("softirqs: /proc/softirqs", f"CPU {cpu} {kind}",
                rate("acdr_cpu_softirqs_total", cpu=cpu, kind=kind), theirs, 10)
    for (row, cpu), theirs in by_hand("interrupts", columns).items():
        device = row.isdigit()
        ours = rate("acdr_cpu_interrupts_total", cpu=cpu, irq=row) if device else \
            rate("acdr_cpu_kernel_interrupts_total", cpu=cpu, kind=row)
        compare(f"interrupts{' of devices' * device}: /proc/interrupts", f"CPU {cpu} {row}", ours, theirs, 10)
    for (name, what, way), theirs in by_hand("dev", links).items():
        if re.match(r"vnet\d", name):
            compare("taps: /proc/net/dev", f"{name} {what} {way}",
                    rate(f"acdr_interface_{what}_total", device=name, direction=way), theirs, 10)
    for guest in guests:
        exits = by_hand(f"{guest}.exits", lambda text: {"all": int(text)})["all"]
        compare("KVM exits: debugfs", guest, rate("acdr_guest_kvm_exits_total", guest=guest, reason="all"),
                exits, 10)


def with_tracepoint():
    """Exits of the vCPUs, from the tracepoint, against those of the guest, from debugfs."""
    with open(folder / "exits.csv", newline="") as f:
        lines = list(csv.DictReader(f))
    end = max(float(r["time"]) for r in lines)
    for guest in guests:
        of = {metric: sum(float(r["value"]) for r in lines
                          if float(r["time"]) == end and r["guest"] == guest and r["metric"] == metric and
                          r["label"] in ("", "all"))
              for metric in ("acdr_thread_kvm_exits", "acdr_guest_kvm_exits")}
        compare("exits of vCPUs: debugfs of the guest", guest, of["acdr_thread_kvm_exits"],
                of["acdr_guest_kvm_exits"], 10)


for check in with_mpstat, with_pidstat, with_numastat, with_files, with_tracepoint:
    check()
bad = 0
print(f"{'figure: compared with':<42} {'compared':>9} {'worst':>8}  over {window:.1f} s")
for kind, (n, worst, where) in rows.items():
    print(f"{kind:<42} {n:>9} {worst:>6.2f} %  {where}")
    bad += n == 0 or worst > percent
sys.exit(1 if bad else 0)
