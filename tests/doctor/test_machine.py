"""Facts read from a machine's own files, and None wherever they say nothing."""

import os
import socket

import pytest

from huiliu.config.doctor import machine
from huiliu.config.doctor.machine import encrypted, is_loopback, listening, memory, tree_size

TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F82 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
   1: 00000000:1F83 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2
   2: 0A00000A:1F82 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 3
"""
TCP6 = """\
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000001000000:1F82 00000000000000000000000000000000:0000 0A 0 0 0
"""


def tree(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_memory_is_the_machine_or_the_container_where_that_has_less(tmp_path):
    proc = tree(tmp_path / "proc", {"meminfo": "MemTotal:        8000000 kB\nMemFree: 5 kB\n"})
    assert memory(proc, tmp_path / "none") == 8_192_000_000
    assert memory(proc, tree(tmp_path / "a", {"fs/cgroup/memory.max": "max\n"})) == 8_192_000_000
    assert memory(proc, tree(tmp_path / "b", {"fs/cgroup/memory.max": "1073741824\n"})) == 1_073_741_824
    assert memory(tmp_path / "none", tmp_path / "none") is None


def test_sockets_that_listen_on_our_port_and_no_others(tmp_path):
    proc = tree(tmp_path, {"net/tcp": TCP, "net/tcp6": TCP6})
    assert listening(8066, proc) == {"127.0.0.1", "::1"}
    assert listening(8067, proc) == {"0.0.0.0"}
    assert listening(9, proc) == frozenset()
    assert listening(8066, tmp_path / "none") is None


def test_a_real_socket_is_seen():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert listening(server.getsockname()[1]) == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("address", "inside"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("10.1.2.3", False), ("huiliu.example", False)],
)  # fmt: skip
def test_what_only_this_machine_reaches(address, inside):
    assert is_loopback(address) is inside


@pytest.fixture
def disk(tmp_path):
    """A /sys in which our own device is what the test makes of it."""

    def make(uuid="", slaves=(), crypt=()):
        device = tmp_path.stat().st_dev
        if os.major(device) == 0:
            pytest.skip("the test folder lies on no disk of its own")
        sys = tmp_path / "sys"
        node = sys / "dev/block" / f"{os.major(device)}:{os.minor(device)}"
        tree(node, {"dm/uuid": uuid, **{f"slaves/{name}/size": "1" for name in slaves}})
        for name in crypt:
            tree(node, {f"slaves/{name}/dm/uuid": "CRYPT-LUKS2-0123"})
        return sys

    return make


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ({"uuid": "CRYPT-LUKS2-0123-home"}, True),
        ({"uuid": "LVM-0123"}, False),
        ({"uuid": "LVM-0123", "slaves": ("sda",), "crypt": ("sda",)}, True),
        ({"uuid": "LVM-0123", "slaves": ("sda", "sdb"), "crypt": ("sda",)}, False),
        ({}, False),
    ],
)
def test_encryption_below_the_folder(tmp_path, disk, made, expected):
    assert encrypted(tmp_path, sys=disk(**made)) is expected


def test_a_disk_that_cannot_be_traced_is_unknown_and_never_plain_or_safe(tmp_path):
    assert encrypted(tmp_path, sys=tmp_path / "none") is None
    assert encrypted(tmp_path / "no such folder") is None


def test_the_size_of_a_library(tmp_path):
    tree(tmp_path, {"lake/a": "12345", "lake/data/b": "123"})
    assert tree_size(tmp_path / "lake") == 8
    assert tree_size(tmp_path / "none") is None


@pytest.mark.parametrize(("answer", "expected"), [("yes\n", True), ("no\n", False), ("", None)])
def test_the_time_service_is_asked(tmp_path, monkeypatch, answer, expected):
    program = tmp_path / "timedatectl"
    program.write_text(f"#!/bin/sh\nprintf '{answer.strip()}'\n")
    program.chmod(0o700)
    monkeypatch.setattr(machine, "_SYNCED", tmp_path / "none")
    monkeypatch.setattr(machine.shutil, "which", lambda _: str(program))
    assert machine.clock_synced() is expected


def test_without_a_time_service_nothing_is_known(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "_SYNCED", tmp_path / "none")
    monkeypatch.setattr(machine.shutil, "which", lambda _: None)
    assert machine.clock_synced() is None
