"""Run a command on a pseudo terminal: terminal.py COLUMNSxROWS KEYS COMMAND...

KEYS are Python literals with blanks between: a text is written ('q', '\\r'), a number is waited for
in seconds, while what the terminal gets is read, and a name is a signal that is sent ('!TERM').
Prints the texts that were drawn with escape sequences as "|", then "status N" and "terminal same"
or "terminal changed" by its settings before and after. The last word is "screen given back" where
the alternate screen was left again.
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


def main(size, keys, command):
    columns, rows = (int(n) for n in size.split("x"))
    leader, terminal = pty.openpty()
    fcntl.ioctl(leader, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    before = termios.tcgetattr(terminal)
    pid = os.fork()
    if pid == 0:
        os.close(leader)
        own(terminal)
        os.environ.update(TERM="xterm", LC_ALL="C.UTF-8")
        os.execv(command[0], command)
    out = bytearray()
    for key in keys.split():
        key = ast.literal_eval(key)
        if not isinstance(key, str):
            read(leader, out, key)
        elif key.startswith("!"):
            os.kill(pid, getattr(signal, "SIG" + key[1:]))
        else:
            os.write(leader, key.encode())
    status = None
    for _ in range(200):
        read(leader, out, 0.05)
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
    else:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        print("does not end")
        return 1
    read(leader, out, 0.1)
    text = out.decode("utf-8", "replace")
    print(re.sub(r"\x1b[\[(][0-9;?]*[A-Za-z0-9]|\x1b[=>78]|[\x00-\x08\x0f]", "|", text))
    print("status", os.waitstatus_to_exitcode(status))
    print("terminal", "same" if termios.tcgetattr(terminal) == before else "changed")
    if text.rfind("\x1b[?1049l") > text.rfind("\x1b[?1049h") >= 0:
        print("screen given back")
    return 0


def own(terminal):
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2):
        os.dup2(terminal, fd)


def read(leader, out, seconds):
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([leader], [], [], left)[0]:
            out.extend(os.read(leader, 65536))


sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
