"""The supervisor with small children of its own: crash, stop, kill -9 of a child, of the guard, of the supervisor."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.supervisor import Limits, answers, only_instance, require_port

SOURCE = Path(__file__).parent.parent / "src"
WAIT = 10.0

PARENT = """
import sys
from pathlib import Path
from huiliu.kernel.errors import HuiliuError
from huiliu.supervisor import Child, Limits, supervise

folder = Path(sys.argv[1])
children = [
    Child(name, label, [sys.executable, str(folder / f"{name}.py")], {"FOLDER": str(folder)}, folder / f"{name}.log")
    for name, label in (("web", "网页服务"), ("worker", "后台任务"))
]
limits = Limits(ready_seconds=READY, grace_seconds=1, first_delay=0.05, longest_delay=0.1, tries=4)
say = lambda line: print(line, flush=True)
def on_ready():
    say("ready")
    (folder / "ready").touch()
try:
    supervise(children, lambda: (folder / "web.pid").exists(), on_ready, say, limits)
    say("stopped")
except HuiliuError as error:
    say(error.code)
    sys.exit(1)
"""

# Writes its number, then waits; its own child stays in its group and would hold a port.
GOOD = """
import os, subprocess, sys, time
from pathlib import Path
folder = Path(os.environ["FOLDER"])
helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
name = Path(sys.argv[0]).stem
(folder / f"{name}.helper").write_text(str(helper.pid))
(folder / f"{name}.new").write_text(str(os.getpid()))
(folder / f"{name}.new").rename(folder / f"{name}.pid")
print("child speaks", flush=True)
time.sleep(60)
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + GOOD
CRASHING = "import sys; sys.exit(3)"


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie that nobody reaps in a container does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def command_of(pid: str) -> bytes:
    """What the process was started as; empty if it has ended since it was listed."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def wait(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class Product:
    """A supervisor in a process of its own, with two children."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None

    def start(self, web: str = GOOD, worker: str = GOOD, ready: float = WAIT) -> "Product":
        for name, text in {
            "web.py": web,
            "worker.py": worker,
            "parent.py": PARENT.replace("READY", str(ready)),
        }.items():
            (self.folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, self.folder / "parent.py", self.folder],
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def started(self) -> "Product":
        wait(lambda: all((self.folder / name).exists() for name in ("web.pid", "worker.pid", "ready")))
        return self

    def pid(self, name: str, kind: str = "pid") -> int:
        return int((self.folder / f"{name}.{kind}").read_text(encoding="ascii"))

    def all_pids(self) -> list[int]:
        return [self.pid(name, kind) for name in ("web", "worker") for kind in ("pid", "helper")]

    def guard(self) -> int:
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        found = [pid for pid in children.split() if b"supervisor" in command_of(pid)]
        return int(found[0]) if found else 0

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def output(self) -> list[str]:
        assert self.process is not None
        return self.process.communicate(timeout=WAIT)[0].splitlines()


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    thing = Product(tmp_path)
    yield thing
    if thing.process is not None:
        thing.process.kill()
        thing.process.communicate()


SLOW = pytest.mark.slow


@SLOW
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_all_and_leaves_nothing(product: Product, number: int):
    pids = product.start().started().all_pids()
    product.signal(number)
    assert product.output() == ["ready", "stopped"]
    assert product.process is not None
    assert product.process.returncode == 0
    assert not any(map(alive, pids))
    assert (product.folder / "web.log").read_text(encoding="utf-8") == "child speaks\n"


@SLOW
def test_a_child_deaf_to_sigterm_is_killed_after_the_grace(product: Product):
    pids = product.start(worker=STUBBORN).started().all_pids()
    product.signal(signal.SIGTERM)
    assert product.output()[-1] == "stopped"
    assert not any(map(alive, pids))


@SLOW
def test_a_killed_child_starts_again_and_its_leftovers_are_gone(product: Product):
    product.start().started()
    first, helper = product.pid("web"), product.pid("web", "helper")
    worker = product.pid("worker")
    os.kill(first, signal.SIGKILL)
    wait(lambda: product.pid("web") != first)
    assert not alive(helper)
    assert alive(product.pid("web"))
    assert product.pid("worker") == worker
    product.signal(signal.SIGTERM)
    assert product.output() == ["ready", "网页服务意外退出（信号 9），0.05 秒后重新启动", "stopped"]


@SLOW
def test_a_child_that_keeps_crashing_ends_all_with_a_reason(product: Product):
    product.start(worker=CRASHING)
    lines = product.output()
    assert [line for line in lines if "后台任务" in line] == [
        "后台任务意外退出（退出码 3），0.05 秒后重新启动",
        "后台任务意外退出（退出码 3），0.1 秒后重新启动",
        "后台任务意外退出（退出码 3），0.1 秒后重新启动",
    ]
    assert lines[-1] == "UP-005"
    assert product.process is not None
    assert product.process.returncode == 1
    if (product.folder / "web.pid").exists():
        assert not alive(product.pid("web"))


@SLOW
def test_not_ready_in_time_is_an_error(product: Product):
    product.start(web="import time; time.sleep(60)", ready=0.5)
    assert product.output() == ["UP-004"]


@SLOW
def test_a_stop_during_the_start_is_obeyed(product: Product):
    product.start(web="import time; time.sleep(60)")
    wait((product.folder / "worker.pid").exists)
    product.signal(signal.SIGINT)
    assert product.output() == ["stopped"]


@SLOW
@pytest.mark.parametrize("worker", [GOOD, STUBBORN])
def test_kill_9_of_the_supervisor_takes_the_children_along(product: Product, worker: str):
    pids = product.start(worker=worker).started().all_pids()
    product.signal(signal.SIGKILL)
    wait(lambda: not any(map(alive, pids)))


@SLOW
def test_a_killed_guard_is_replaced_and_knows_the_children(product: Product):
    pids = product.start().started().all_pids()
    first = product.guard()
    os.kill(first, signal.SIGKILL)
    wait(lambda: product.guard() not in (0, first))
    time.sleep(0.2)  # it is told of the children just after it appears
    product.signal(signal.SIGKILL)
    wait(lambda: not any(map(alive, pids)))


def test_delays_double_and_are_bounded():
    limits = Limits(first_delay=0.5, longest_delay=30)
    assert [limits.delay(n) for n in (1, 2, 3, 7, 50)] == [0.5, 1.0, 2.0, 30.0, 30.0]


def test_one_instance_of_a_data_folder(home: Path):
    with only_instance(home), pytest.raises(HuiliuError) as caught, only_instance(home):
        pass
    assert caught.value.code == "UP-001"
    assert str(os.getpid()) in str(caught.value)
    with only_instance(home):
        pass


def test_a_port_in_use_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(HuiliuError, match=f"端口 {port} 已被占用") as caught:
            require_port("127.0.0.1", port)
    assert caught.value.code == "UP-002"
    require_port("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("203.0.113.7", 8066), ("no such host", 8066), ("127.0.0.1", 70000)])
def test_an_address_that_cannot_be_is_named(host: str, port: int):
    with pytest.raises(HuiliuError) as caught:
        require_port(host, port)
    assert caught.value.code == "UP-003"


def test_nobody_answers_on_a_closed_port(free_port: int):
    assert answers(f"http://127.0.0.1:{free_port}/healthz")() is False
