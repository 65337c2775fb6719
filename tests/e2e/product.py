"""The product as a newcomer runs it: `./run …` in a folder of its own, on a port of its own."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 600
ACCOUNT = re.compile(r"│ (\w+) +│ (\S+) +│ (\S{19}) │")


def environment(home: Path, **more: str) -> dict[str, str]:
    """A clean environment: nothing of the test run's own settings reaches the product."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUILIU_", "DJANGO_", "PYTHON"))}
    return {**kept, "HUILIU_HOME": str(home), "COLUMNS": "120", **more}


def run(home: Path, *words: str, timeout: int = START_SECONDS) -> subprocess.CompletedProcess[str]:
    """`./run words…` to its end."""
    return subprocess.run(
        [str(ROOT / "run"), *words],
        env=environment(home), capture_output=True, text=True, timeout=timeout, check=False, cwd="/",
    )  # fmt: skip


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """A started product: where it answers, what it said, and the passwords it printed."""

    home: Path
    address: str
    said: str
    process: subprocess.Popen[str]
    seconds: float

    @property
    def accounts(self) -> dict[str, str]:
        """User name → password, as printed."""
        return {name: password for name, _, password in ACCOUNT.findall(self.said)}


@contextmanager
def up(home: Path, *words: str, stop: signal.Signals = signal.SIGTERM) -> Iterator[Running]:
    """`./run up`, until it says where it is; stopped at the end, and it must stop cleanly."""
    port, log, started = free_port(), home.parent / f"{home.name}.up.log", time.monotonic()
    with log.open("w") as stream:
        process = subprocess.Popen(
            [str(ROOT / "run"), "up", *words],
            env=environment(home, HUILIU_PORT=str(port)), stdout=stream, stderr=subprocess.STDOUT, text=True, cwd="/",
        )  # fmt: skip
    try:
        _wait(process, log)
        address = f"http://127.0.0.1:{port}"
        yield Running(home, address, log.read_text("utf-8"), process, time.monotonic() - started)
        process.send_signal(stop)
        assert process.wait(60) == 0, log.read_text("utf-8")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "回流已启动" not in log.read_text("utf-8"):
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < deadline, log.read_text("utf-8")
        time.sleep(0.2)
