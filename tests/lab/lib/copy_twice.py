"""Copy files now and once more after some seconds: copy_twice.py FOLDER SECONDS NAME=PATH...

FOLDER/1/NAME and FOLDER/2/NAME get what PATH holds, NAME.when beside it when that was read, in seconds.
"""
import sys
import time
from pathlib import Path

folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
files = [a.split("=", 1) for a in sys.argv[3:]]
begin = time.monotonic()
for n in "12":
    if n == "2":
        time.sleep(max(0, begin + seconds - time.monotonic()))
    (folder / n).mkdir(exist_ok=True)
    # Written afterwards: what is read lies close together then.
    seen = [(name, time.monotonic(), Path(path).read_bytes()) for name, path in files]
    for name, when, what in seen:
        (folder / n / name).write_bytes(what)
        (folder / n / f"{name}.when").write_text(str(when))
