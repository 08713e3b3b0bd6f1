"""Have queues of a tap beside QEMU: tap_queues.py IF COUNT, "attach" or "detach" on stdin, until it ends.

QEMU opens all queues of a tap at the start, and detaches those that the guest's driver does not use.
"""
import fcntl
import struct
import sys

TUNSETIFF, TUNSETQUEUE = 0x400454CA, 0x400454D9
TAP, NO_PI, MULTI_QUEUE, VNET_HDR = 0x0002, 0x1000, 0x0100, 0x4000
WORDS = {"attach": 0x0200, "detach": 0x0400}


def switch(queue, word):
    fcntl.ioctl(queue, TUNSETQUEUE, struct.pack("16sH22x", b"", WORDS[word]))


name, queues = sys.argv[1].encode(), []
for _ in range(int(sys.argv[2])):
    queues.append(open("/dev/net/tun", "r+b", buffering=0))
    fcntl.ioctl(queues[-1], TUNSETIFF, struct.pack("16sH22x", name, TAP | NO_PI | MULTI_QUEUE | VNET_HDR))
    switch(queues[-1], "detach")
print("ready", flush=True)
for line in sys.stdin:
    for queue in queues:
        switch(queue, line.strip())
    print("done", flush=True)
