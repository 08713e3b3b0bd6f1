"""Read files over and over until SIGTERM: poll_files.py FILE.json SECONDS PATTERN...

FILE.json gets "wall", what the wall clock is ahead of the monotonic one, and "polls": of each its
"begin" and "end" in monotonic seconds, and the text of each file by its path. What cannot be read is left
out. After the first time there is an empty FILE.json already.
"""
import glob
import json
import signal
import sys
import time
from pathlib import Path

out, pause, patterns = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
polls = []
ended = []
signal.signal(signal.SIGTERM, lambda *_: ended.append(True))


def text_of(path):
    try:
        return Path(path).read_text()
    except OSError:
        return None


while not ended:
    paths = [p for pattern in patterns for p in glob.glob(pattern)]
    begin = time.monotonic()
    texts = [text_of(p) for p in paths]
    end = time.monotonic()
    polls.append({"begin": begin, "end": end,
                  "files": {p: t for p, t in zip(paths, texts) if t is not None}})
    if len(polls) == 1:
        Path(out).touch()
    time.sleep(pause)
Path(out).write_text(json.dumps({"wall": time.time() - time.monotonic(), "polls": polls}))
