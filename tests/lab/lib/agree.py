"""Do acdr's figures agree with other tools'? agree.py FOLDER PERCENT GUEST=PID...

FOLDER holds two recordings of acdr's. Beside tools.rec, over the time between its samples, ran mpstat
(mpstat.json) and pidstat; numastat -p of each guest was taken just before and just after its last
sample (GUEST.1.numastat, GUEST.2.numastat). Beside files.rec, poll_files.py read the kernel's files
(polls.json); of its first ten samples and of its last ten the one is taken that they came nearest to.

What others tell of one moment lies between what they told just before acdr read and just after. So a
figure of acdr's can be wrong by no more than it lies outside that, and what these two are apart: that
is what is printed, the worst of each kind of figure. Ends with 1 where one is more than PERCENT, or where a
kind has nothing to compare.
"""
import json
import re
import sys
from pathlib import Path

from recording import Recording, samples_of

folder, percent = Path(sys.argv[1]), float(sys.argv[2])
guests = dict(a.split("=") for a in sys.argv[3:])
rows = {}  # kind: [compared, worst, where]


def compare(kind, where, ours, low, high, least, of=0):
    """In per cent of OF, else of the highest. Below LEAST there is too little to compare."""
    row = rows.setdefault(kind, [0, -1.0, ""])
    if max(abs(ours), abs(high)) < least:
        return
    off = (max(low - ours, ours - high, 0) + high - low) * 100 / (of or max(abs(ours), abs(high)))
    row[0] += 1
    if off > row[1]:
        row[1] = off
        theirs = f"{low:.5g}" if low == high else f"{low:.5g} to {high:.5g}"
        row[2] = f"{where}: {ours:.5g} against {theirs}"


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


def switches(text):
    return {kind: int(n) for kind, n in re.findall(r"^(voluntary|nonvoluntary)_ctxt_switches:\s+(\d+)", text, re.M)}


def with_mpstat(rec):
    """Shares of all the time that the CPU told of, as mpstat has them."""
    modes = {"usr": "user", "nice": "nice", "sys": "system", "irq": "irq", "soft": "softirq",
             "guest": "guest", "idle": "idle"}
    load = json.loads((folder / "mpstat.json").read_text())["sysstat"]["hosts"][0]["statistics"][0]["cpu-load"]
    for cpu in load:
        whole = rec.sum("acdr_cpu_seconds", cpu=cpu["cpu"])
        for theirs, mode in modes.items() if whole else ():
            share = rec.sum("acdr_cpu_seconds", cpu=cpu["cpu"], value=mode) * 100 / whole
            compare("time of CPUs: mpstat", f"CPU {cpu['cpu']} {mode}", share, cpu[theirs], cpu[theirs], 2, of=100)


def with_pidstat(rec):
    heads = None
    for line in (folder / "pidstat").read_text().splitlines():
        if line.startswith("#"):
            heads = line[1:].split()
        elif heads and len(line.split()) >= len(heads):
            v = dict(zip(heads, line.split()))
            if v["TID"] == "-":
                continue
            for kind, metric, column in (("run time", "acdr_thread_run_seconds", "%CPU"),
                                         ("run delay", "acdr_thread_run_delay_seconds", "%wait")):
                theirs = float(v[column])
                compare(f"{kind} of threads: pidstat", f"tid {v['TID']}",
                        rec.sum(metric, tid=v["TID"]) * 100 / rec.seconds, theirs, theirs, 1, of=100)


def with_numastat(rec):
    for guest in guests:
        totals = [[float(n) for n in line.split()[1:]] for k in "12"
                  for line in (folder / f"{guest}.{k}.numastat").read_text().splitlines()
                  if line.startswith("Total")]
        for node, theirs in enumerate(zip(*totals)):
            if node < len(totals[0]) - 1:
                compare("memory by node: numastat -p", f"{guest} node {node}",
                        rec.level("acdr_guest_memory_bytes", guest=guest, node=str(node)) / 2**20,
                        min(theirs), max(theirs), 1, of=totals[0][-1])


def nearest(polls, samples, numbers):
    """Of these samples the one with the least time between the polls just before and just after it:
    its number, and these two polls' files."""
    found = None
    for n in numbers:
        begun, done = samples[n]
        before = [p for p in polls["polls"] if p["end"] <= begun]
        after = [p for p in polls["polls"] if p["begin"] >= done - polls["wall"]]
        if before and after and (not found or after[0]["end"] - before[-1]["begin"] < found[0]):
            found = (after[0]["end"] - before[-1]["begin"], n, (before[-1]["files"], after[0]["files"]))
    return found[1:]


def with_files():
    path = folder / "files.rec"
    polls, samples = json.loads((folder / "polls.json").read_text()), samples_of(path)
    first, *around_first = nearest(polls, samples, range(1, 11))
    last, *around_last = nearest(polls, samples, range(len(samples) - 10, len(samples)))
    around = around_first + around_last
    rec = Recording(path, first, last)

    def counted(path, read):
        """{key: (at least, at most)}, what was counted between the two moments."""
        if any(path not in files for moment in around for files in moment):
            return {}
        (b0, a0), (b1, a1) = ([read(files[path]) for files in moment] for moment in around)
        return {k: (b1[k] - a0[k], a1[k] - b0[k]) for k in b0}

    for (kind, cpu), theirs in counted("/proc/softirqs", columns).items():
        compare("softirqs: /proc/softirqs", f"CPU {cpu} {kind}",
                rec.sum("acdr_cpu_softirqs", cpu=cpu, value=kind), *theirs, 1000)
    for (row, cpu), theirs in counted("/proc/interrupts", columns).items():
        metric = "acdr_cpu_interrupts" if row.isdigit() else "acdr_cpu_kernel_interrupts"
        compare("interrupts: /proc/interrupts", f"CPU {cpu} {row}", rec.sum(metric, cpu=cpu, value=row), *theirs,
                1000)
    for (name, what, way), theirs in counted("/proc/net/dev", links).items():
        if re.match(r"vnet\d", name):
            compare("taps: /proc/net/dev", f"{name} {what} {way}",
                    rec.sum(f"acdr_interface_{what}", device=name, value=way), *theirs, 1000)
        elif name == "eth0":  # has one queue, so that it is its queue's count
            queue = {"receive": "rx-0", "transmit": "tx-0"}[way]
            compare("queues of a card: /proc/net/dev", f"{name} {queue} {what}",
                    rec.sum(f"acdr_queue_{what}", device=name, value=queue), *theirs, 1000)
    for path in around[0][0]:
        status = re.fullmatch(r"/proc/\d+/task/(\d+)/status", path)
        for kind, theirs in counted(path, switches).items() if status else ():
            ours = rec.sum("acdr_thread_switches", tid=status[1], value=kind.replace("non", "in"))
            compare("switches of threads: /proc/PID/task", f"tid {status[1]} {kind}", ours, *theirs, 1000)
    for guest, pid in guests.items():
        path = next(p for p in around[0][0] if p.startswith(f"/sys/kernel/debug/kvm/{pid}-"))
        theirs = counted(path, lambda text: {"all": int(text)})["all"]
        compare("KVM exits: debugfs", guest, rec.sum("acdr_guest_kvm_exits", guest=guest, value="all"),
                *theirs, 1000)
        compare("exits of vCPUs by tracepoint: debugfs", guest, rec.sum("acdr_thread_kvm_exits", guest=guest),
                *theirs, 1000)
    return rec


tools = Recording(folder / "tools.rec", 0, len(samples_of(folder / "tools.rec")) - 1)
with_mpstat(tools)
with_pidstat(tools)
with_numastat(tools)
files = with_files()
bad = 0
print(f"{'figure: compared with':<42} {'compared':>9} {'at most':>9}  over {tools.seconds:.1f} and"
      f" {files.seconds:.1f} s")
for kind, (n, worst, where) in rows.items():
    print(f"{kind:<42} {n:>9} {worst:>7.2f} %  {where}")
    bad += n == 0 or worst > percent
sys.exit(1 if bad else 0)
