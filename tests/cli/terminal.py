"""Run a command on a pseudo terminal: terminal.py COLUMNSxROWS KEYS COMMAND...

KEYS are Python literals with commas between: '~TEXT' waits until that is drawn, '!TERM' sends that
signal, any other text is typed, and a number waits so many seconds.
Prints what was drawn, with escape sequences as "|", then "status N", "terminal same" or "terminal
changed" by its settings before and after, and "screen given back" where the alternate screen was
left again. Exit status 1: a text was not drawn within a minute, or the command does not end.
"""
import ast
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

MOST = 60


class Terminal:
    def __init__(self, size, command):
        columns, rows = (int(n) for n in size.split("x"))
        self.leader, self.end = pty.openpty()
        fcntl.ioctl(self.leader, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self.end)
        self.out = bytearray()
        self.seen = 0
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(self.end, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2):
                os.dup2(self.end, fd)
            os.environ.update(TERM="xterm", LC_ALL="C.UTF-8")
            os.execv(command[0], command)

    def read(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.leader], [], [], left)[0]:
                self.out.extend(os.read(self.leader, 65536))

    def text(self, since=0):
        text = self.out[since:].decode("utf-8", "replace")
        return re.sub(r"\x1b[\[(][0-9;?]*[A-Za-z0-9]|\x1b[=>78]|[\x00-\x08\x0f]", "|", text)

    def wait(self, text):
        end = time.monotonic() + MOST
        while text not in self.text(self.seen):
            if time.monotonic() > end:
                raise TimeoutError(f"'{text}' is not drawn")
            self.read(0.05)
        self.seen = len(self.out)

    def press(self, key):
        if not isinstance(key, str):
            self.read(key)
        elif key.startswith("~"):
            self.wait(key[1:])
        elif key.startswith("!"):
            os.kill(self.pid, getattr(signal, "SIG" + key[1:]))
        else:
            os.write(self.leader, key.encode())

    def finish(self):
        end = time.monotonic() + MOST
        while True:
            self.read(0.05)
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.read(0.1)
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > end:
                raise TimeoutError("the command does not end")


def main(size, keys, command):
    t = Terminal(size, command)
    try:
        for key in ast.literal_eval("[" + keys + "]"):
            t.press(key)
        status = t.finish()
    except TimeoutError as why:
        os.kill(t.pid, signal.SIGKILL)
        print(t.text())
        print(why)
        return 1
    print(t.text())
    print("status", status)
    print("terminal", "same" if termios.tcgetattr(t.end) == t.before else "changed")
    if t.out.rfind(b"\x1b[?1049l") > t.out.rfind(b"\x1b[?1049h") >= 0:
        print("screen given back")
    return 0


sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
