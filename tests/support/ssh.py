"""A real sshd for tests, serving SFTP only, and a line before it that can be cut after so many bytes."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import paramiko
import pytest

from support.servers import START_SECONDS, find_free_port
from support.tools import RequireTool, Unprivileged

CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
UsePAM yes
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp
ForceCommand internal-sftp
"""


@dataclass(frozen=True)
class Sshd:
    """A running server: where, whose login, with which keys; `drop` is a folder that it shows."""

    port: int
    user: str
    host_key: str
    client_key: str
    drop: Path


def _key(path: Path) -> paramiko.PKey:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return paramiko.Ed25519Key.from_private_key_file(str(path))


@contextmanager
def temporary_sshd(program: str) -> Iterator[Sshd]:
    """As root it runs as nobody, so that it asks nothing of the system's own sshd."""
    owner, folder, port = Unprivileged(), Path(tempfile.mkdtemp(prefix="huiliu-ssh-")), find_free_port()
    try:
        host = _key(folder / "host_key")
        _key(folder / "client_key")
        shutil.copy(folder / "client_key.pub", folder / "authorized_keys")
        client_key = (folder / "client_key").read_text("ascii")
        (folder / "sshd_config").write_text(CONFIG.format(port=port, folder=folder), "ascii")
        drop = folder / "outbox"
        drop.mkdir()
        owner.give(folder)
        process = _start(program, folder, owner)
        try:
            _wait(port, process)
            yield Sshd(port, owner.user.pw_name, _fingerprint(folder), client_key, drop)
        finally:
            process.terminate()
            process.wait(START_SECONDS)
        assert host.get_name() == "ssh-ed25519"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fingerprint(folder: Path) -> str:
    """As OpenSSH itself prints it, and people copy it."""
    command = ["ssh-keygen", "-l", "-f", str(folder / "host_key.pub")]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[1]


def _start(program: str, folder: Path, owner: Unprivileged) -> subprocess.Popen[bytes]:
    user = {"user": owner.user.pw_uid, "group": owner.user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    command = [program, "-D", "-e", "-f", str(folder / "sshd_config")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **user)  # type: ignore[call-overload]


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            if line.recv(4) == b"SSH-":
                return
        time.sleep(0.05)
    raise RuntimeError("sshd did not start")


@pytest.fixture(scope="session")
def sshd(require_tool: RequireTool) -> Iterator[Sshd]:
    """An SFTP server of this session's own."""
    with temporary_sshd(require_tool("sshd")) as server:
        yield server


class CutLine:
    """A TCP line to a port that breaks, connection after connection, after the given numbers of bytes from the server.

    When the numbers are used up, connections live. `pause` seconds pass for each 16 KB; `carried` counts all bytes
    that came from the server.
    """

    def __init__(self, port: int, cuts: list[int], pause: float = 0) -> None:
        self._target, self._cuts, self._pause = port, list(cuts), pause
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.carried = self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                server = socket.create_connection(("127.0.0.1", self._target))
                limit = self._cuts.pop(0) if self._cuts else None
                threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
                threading.Thread(target=self._back, args=(server, client, limit), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
        _drop(server)

    def _back(self, server: socket.socket, client: socket.socket, limit: int | None) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := server.recv(16384):
                time.sleep(self._pause)
                part = data if limit is None else data[: limit - passed]
                client.sendall(part)
                passed += len(part)
                self.carried += len(part)
                if limit is not None and passed >= limit:
                    break
        _drop(client)
        _drop(server)


def _drop(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
