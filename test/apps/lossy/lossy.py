"""A bad road between two network namespaces: two TUN devices, and every packet between them may be lost, doubled or late.

    lossy.py NAMESPACE ADDRESS/BITS NAMESPACE ADDRESS/BITS      prints `up` when the road is open

Stands in for netem, which not every kernel has; it needs TUN alone.
"""
import ctypes
import fcntl
import os
import random
import select
import struct
import stat
import subprocess
import sys
import tempfile

TUNSETIFF = 0x400454CA
IFF_TUN_NO_PI = 0x1001
CLONE_NEWNET = 0x40000000
LOST, DOUBLED, LATE = 0.02, 0.03, 0.10
LATE_BY = 6
LATE_MOST_S = 0.003

libc = ctypes.CDLL(None, use_errno=True)
chance = random.Random(7)


def open_tun():
    """A container may lack /dev/net/tun; the device's number is the same everywhere."""
    if os.path.exists("/dev/net/tun"):
        return os.open("/dev/net/tun", os.O_RDWR)
    with tempfile.TemporaryDirectory(dir="/dev") as folder:
        node = os.path.join(folder, "tun")
        os.mknod(node, stat.S_IFCHR | 0o600, os.makedev(10, 200))
        return os.open(node, os.O_RDWR)


def end(namespace, address):
    with open("/var/run/netns/" + namespace) as file:
        if libc.setns(file.fileno(), CLONE_NEWNET):
            sys.exit(os.strerror(ctypes.get_errno()))
    tun = open_tun()
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"road", IFF_TUN_NO_PI))
    for command in (["addr", "add", address, "dev", "road", "nodad"][: 6 if ":" in address else 5],
                    ["link", "set", "road", "mtu", "1400", "up"], ["link", "set", "lo", "up"]):
        subprocess.run(["ip", *command], check=True)
    return tun


def deliver(tun, packet):
    try:
        os.write(tun, packet)
    except OSError:
        pass


ends = [end(*sys.argv[1:3]), end(*sys.argv[3:5])]
print("up", flush=True)
late = {tun: [] for tun in ends}
while True:
    ready = select.select(ends, [], [], LATE_MOST_S)[0]
    for tun in ends if not ready else []:
        for _, packet in late[tun]:
            deliver(tun, packet)
        late[tun].clear()
    for source in ready:
        target = ends[1 - ends.index(source)]
        packet = os.read(source, 65536)
        luck = chance.random()
        if luck < LOST:
            continue
        if luck < LOST + LATE:
            late[target].append([chance.randint(1, LATE_BY), packet])
            continue
        deliver(target, packet)
        if luck > 1 - DOUBLED:
            deliver(target, packet)
        for entry in late[target]:
            entry[0] -= 1
        for entry in [entry for entry in late[target] if entry[0] <= 0]:
            late[target].remove(entry)
            deliver(target, entry[1])
