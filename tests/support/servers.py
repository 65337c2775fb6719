"""A real PostgreSQL for tests: started in a temporary folder on a free loopback port, stopped afterwards."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.tools import RequireTool, Unprivileged, find_tool

START_SECONDS = 30


@pytest.fixture
def free_port() -> int:
    """A loopback port nobody listened on a moment ago."""
    return find_free_port()


def find_free_port() -> int:
    """Another port on each call; the system may give it away again, so bind soon."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def temporary_postgres(initdb: str) -> Iterator[str]:
    """URL of a fresh server with a superuser of its own password; as root it runs as nobody, for it refuses root."""
    server = Path(initdb).resolve().with_name("postgres")
    folder = Path(tempfile.mkdtemp(prefix="huiliu-pg-"))
    owner = Unprivileged()
    try:
        owner.give(folder)
        password = _create_cluster(initdb, folder, owner)
        port = find_free_port()
        process = _start(server, folder, port, owner)
        try:
            _wait(port, process)
            yield f"postgresql://huiliu:{password}@127.0.0.1:{port}/postgres"
        finally:
            process.terminate()
            process.wait(START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _create_cluster(initdb: str, folder: Path, owner: Unprivileged) -> str:
    password = secrets.token_hex(16)
    secret = folder / "password"
    secret.write_text(password, encoding="utf-8")
    owner.give(folder)
    options = ["--username=huiliu", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"]
    done = owner.run([initdb, "--pgdata", folder / "data", "--no-sync", *options], cwd=folder)
    if done.returncode:
        raise RuntimeError(f"initdb: {done.stderr}")
    return password


def _start(server: Path, folder: Path, port: int, owner: Unprivileged) -> subprocess.Popen[bytes]:
    # Durability of the server itself is not what is tested here.
    options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off"}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    command = [server, "-D", folder / "data", *settings]
    user = {"user": owner.user.pw_uid, "group": owner.user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **user)  # type: ignore[call-overload]


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    import psycopg

    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            # Any answer will do, a refused password too: it comes only from a server that is ready.
            psycopg.connect(f"host=127.0.0.1 port={port} user=huiliu password=wrong dbname=postgres").close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start")


@pytest.fixture(scope="session")
def postgres_url(require_tool: RequireTool) -> Iterator[str]:
    """A PostgreSQL of this session's own; an empty database for each use is the test's affair."""
    with temporary_postgres(require_tool("initdb")) as url:
        yield url


def postgres_present() -> bool:
    """Whether the programs of a server are installed."""
    return find_tool("initdb") is not None
