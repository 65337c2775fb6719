"""Facts of the machine, read from the system; what cannot be read is None, never a guess."""

import ipaddress
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from huiliu.config.environment import Home

PROC = Path("/proc")
SYS = Path("/sys")
_LISTENING = "0A"  # the kernel's number of this socket state
_SYNCED = Path("/run/systemd/timesync/synchronized")


@dataclass(frozen=True)
class Facts:
    """Bytes of memory, free disk and lake; addresses that listen on our port; encryption below the data folder."""

    memory: int | None
    disk_free: int | None
    lake_size: int | None
    encrypted: bool | None
    listening: frozenset[str] | None
    clock_synced: bool | None


def measured_facts(home: Home, port: int) -> Facts:
    """All facts now."""
    return Facts(
        memory=memory(),
        disk_free=shutil.disk_usage(home.root).free if home.root.is_dir() else None,
        lake_size=tree_size(home.lake),
        encrypted=encrypted(home.root),
        listening=listening(port),
        clock_synced=clock_synced(),
    )


def memory(proc: Path = PROC, sys: Path = SYS) -> int | None:
    """Bytes this process may use: the machine's memory, or the container's limit where that is less."""
    found = re.search(r"^MemTotal:\s+(\d+) kB$", _text(proc / "meminfo"), re.MULTILINE)
    limits = [int(found[1]) * 1024] if found else []
    limit = _text(sys / "fs/cgroup/memory.max").strip()
    return min([*limits, int(limit)] if limit.isdigit() else limits, default=None)


def tree_size(folder: Path) -> int | None:
    """Bytes of all files below a folder; one that vanishes meanwhile counts nothing."""
    if not folder.is_dir():
        return None
    return sum(map(_size, folder.rglob("*")))


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size if path.is_file() else 0
    except OSError:
        return 0


def encrypted(path: Path, proc: Path = PROC, sys: Path = SYS) -> bool | None:
    """Whether every disk below the path lies under dm-crypt (LUKS); None where the disk cannot be traced."""
    try:
        device = path.stat().st_dev
    except OSError:
        return None
    if os.major(device) == 0:  # overlay, btrfs, tmpfs, network: the table of mounts may name a disk
        device = _mounted_disk(device, proc)
    node = sys / "dev/block" / f"{os.major(device)}:{os.minor(device)}"
    return _crypt(node.resolve()) if device and node.exists() else None


def _mounted_disk(device: int, proc: Path) -> int:
    """Device number of the disk that the mount's source names, 0 if it names none."""
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in _text(proc / "self/mountinfo").splitlines():
        mount, _, kind = line.partition(" - ")
        source = kind.split(" ")[1:2]
        if mount.split(" ")[2:3] == [number] and source and source[0].startswith("/dev/"):
            try:
                return Path(source[0]).stat().st_rdev
            except OSError:
                return 0
    return 0


def _crypt(node: Path) -> bool:
    if _text(node / "dm/uuid").startswith("CRYPT-"):
        return True
    whole = node.parent if (node / "partition").exists() else node
    below = [slave.resolve() for slave in (whole / "slaves").glob("*")]
    return bool(below) and all(map(_crypt, below))


def listening(port: int, proc: Path = PROC) -> frozenset[str] | None:
    """Addresses on which any process of this machine listens on the port; None if the tables cannot be read."""
    tables = [table for table in (proc / "net/tcp", proc / "net/tcp6") if table.exists()]
    if not tables:
        return None
    return frozenset(address for table in tables for address, at in _sockets(_text(table)) if at == port)


def _sockets(table: str) -> Iterator[tuple[str, int]]:
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 3 and fields[3] == _LISTENING:
            address, _, port = fields[1].partition(":")
            yield _address(address), int(port, 16)


def _address(packed: str) -> str:
    """The kernel writes addresses as 32-bit words in the machine's own (here little-endian) order."""
    words = [bytes.fromhex(packed[at : at + 8])[::-1] for at in range(0, len(packed), 8)]
    return str(ipaddress.ip_address(b"".join(words)))


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach the address; a host name counts as loopback only if it is localhost."""
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


def clock_synced() -> bool | None:
    """Whether systemd says that the clock follows a time server; None where there is no systemd to ask."""
    if _SYNCED.exists():
        return True
    program = shutil.which("timedatectl")
    if program is None:
        return None
    command = [program, "show", "--property=NTPSynchronized", "--value"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(answer)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError:
        return ""
