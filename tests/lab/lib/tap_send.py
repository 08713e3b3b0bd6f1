"""Write frames into a tap beside QEMU: tap_send.py IF COUNT, once a line comes on stdin, until it ends.

What is written into a queue of a tap comes to the host as if the guest had sent it.
"""
import fcntl
import struct
import sys
import time

TUNSETIFF, TUNGETVNETHDRSZ = 0x400454CA, 0x800454D7
TAP, NO_PI, MULTI_QUEUE, VNET_HDR = 0x0002, 0x1000, 0x0100, 0x4000

name, count = sys.argv[1].encode(), int(sys.argv[2])
tap = open("/dev/net/tun", "r+b", buffering=0)
fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name, TAP | NO_PI | MULTI_QUEUE | VNET_HDR))
print("ready", flush=True)
for _ in sys.stdin:
    header = struct.unpack("i", fcntl.ioctl(tap, TUNGETVNETHDRSZ, struct.pack("i", 0)))[0]
    # To everybody, from a made-up address, of an experimental protocol.
    frame = b"\xff" * 6 + b"\x02\0\0\0\0\x01" + b"\x88\xb5" + bytes(50)
    for n in range(count):
        tap.write(bytes(header) + frame)
        if n % 100 == 99:  # a CPU's backlog holds 1000
            time.sleep(0.01)
    print("sent", flush=True)
