"""Reads a recording of acdr's, by docs/record.md alone."""

FIELDS = "metric kind unit guest thread device label value tid cpu node".split()


def samples_of(path):
    """Of each sample when reading began (CLOCK_MONOTONIC) and when it was done (since the epoch)."""
    return [(int(line.split("\t")[2]) / 1e9, float(line.split("\t")[1]))
            for line in path.read_text().splitlines() if line.startswith("sample\t")]


class Recording:
    """What was counted from sample number FIRST (0 and on) to LAST, and the levels in LAST. seconds:
    between them."""

    def __init__(self, path, first, last):
        self.subjects, self.counts, self.levels = {}, {}, {}
        times = [begun for begun, done in samples_of(path)]
        self.seconds = times[last] - times[first]
        at = -1
        for line in path.read_text().splitlines():
            word, *rest = line.split("\t")
            if word in ("sample", "end"):
                if first < at <= last:
                    self._count(times[at] - times[at - 1])
                at += 1
                if at > last:
                    break
            elif word == "subject":
                self.subjects[rest[0]] = dict(zip(FIELDS, rest[1:]))
            elif word.isdigit() and rest[0] == "-":
                del self.levels[word]
            elif word.isdigit():
                self.levels[word] = float(rest[0])

    def _count(self, seconds):
        """A rate is of the time since the sample before."""
        for key, rate in self.levels.items():
            self.counts[key] = self.counts.get(key, 0) + rate * seconds

    def _all(self, values, metric, labels):
        return sum(v for k, v in values.items() if self.subjects[k]["metric"] == metric and
                   all(self.subjects[k][name] == want for name, want in labels.items()))

    def sum(self, metric, **labels):
        """What was counted, of those that have these labels."""
        return self._all(self.counts, metric, labels)

    def level(self, metric, **labels):
        """Their levels, summed up."""
        return self._all(self.levels, metric, labels)
