"""Keeps the product's processes: starts them, restarts one that crashed, stops all of them, leaves none behind."""

import contextlib
import errno
import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from huiliu.kernel.errors import HuiliuError

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_PAUSE = 0.2


@dataclass(frozen=True)
class Child:
    """One process to keep; `label` is what people read, `env` is added to this process's environment.

    Without `output` it writes where the supervisor writes; with it both its streams are appended to that file.
    """

    name: str
    label: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    output: Path | None = None


@dataclass(frozen=True)
class Limits:
    """Seconds and tries; a child that ran `steady_seconds` starts again with a clean record."""

    ready_seconds: float = 90
    grace_seconds: float = 15
    first_delay: float = 0.5
    longest_delay: float = 30
    steady_seconds: float = 60
    tries: int = 8

    def delay(self, failures: int) -> float:
        """Seconds to wait before the start after so many failures in a row: doubled each time, bounded."""
        return min(self.longest_delay, self.first_delay * 2.0 ** max(0, failures - 1))


@contextlib.contextmanager
def only_instance(home: Path) -> Iterator[None]:
    """Hold the data folder's lock: a second `up` on it is refused; a killed one leaves no lock behind.

    Raises UP-001 when another process holds it.
    """
    path = home / "up.lock"
    with path.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise _already_running(lock.read().strip()) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _already_running(pid: str) -> HuiliuError:
    return HuiliuError(
        code="UP-001",
        message=f"这个数据目录已有一个回流在运行（进程 {pid or '未知'}）",
        hint="直接打开它的网址；要重新启动，先在原来的窗口按 Ctrl-C 停止。",
        facts={"pid": pid},
    )


def require_port(host: str, port: int) -> None:
    """Refuse to start on a port that cannot be bound: UP-002 it is taken or forbidden, UP-003 no such address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server does it: a port of a connection just closed is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise _no_port(host, port, error) from None


def _no_port(host: str, port: int, error: Exception) -> HuiliuError:
    facts = {"host": host, "port": port, "errno": getattr(error, "errno", None)}
    if isinstance(error, OSError) and not isinstance(error, socket.gaierror) and error.errno in _PORT_REASONS:
        return HuiliuError(
            code="UP-002",
            message=f"端口 {port} {_PORT_REASONS[error.errno]}",
            hint="换一个端口（HUILIU_PORT=8067 ./run up），或先停止占用它的程序。",
            facts=facts,
        )
    return HuiliuError(
        code="UP-003",
        message=f"不能在地址 {host} 的端口 {port} 上监听",
        hint="HUILIU_HOST 写本机的地址，HUILIU_PORT 写 1 到 65535 之间的数。",
        facts=facts,
    )


_PORT_REASONS = {errno.EADDRINUSE: "已被占用", errno.EACCES: "需要管理员权限，当前用户不能使用"}


def answers(url: str, timeout: float = 1.0) -> Callable[[], bool]:
    """A readiness check: whether `url` on this machine answers 200, asked directly and never through a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ready() -> bool:
        try:
            with opener.open(url, timeout=timeout) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError, ValueError):
            return False

    return ready


def supervise(
    children: Sequence[Child],
    ready: Callable[[], bool],
    on_ready: Callable[[], None],
    say: Callable[[str], None],
    limits: Limits | None = None,
) -> None:
    """Run the children until SIGINT, SIGTERM or SIGHUP; then stop them and return. Main thread only.

    `on_ready` is called once, when `ready` first says so; `say` gets a line for people on each crash and restart.
    Raises UP-004 when they are not ready in time, UP-005 when a child keeps crashing; all are stopped before.
    """
    keeper = _Keeper(children, say, limits or Limits())
    with _signals(keeper), contextlib.closing(keeper):
        keeper.start()
        if keeper.wait_until(ready):
            on_ready()
        keeper.keep()


@contextlib.contextmanager
def _signals(keeper: "_Keeper") -> Iterator[None]:
    """Turn signals into bytes on a pipe, so that waiting ends at once and nothing runs inside a handler."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    keeper.wake = reader
    handlers = {number: keeper.on_stop for number in STOP_SIGNALS} | {signal.SIGCHLD: _ignore}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    fd = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(fd)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)


def _ignore(number: int, frame: FrameType | None) -> None:
    """A handler has to exist, or SIGCHLD does not wake the pipe."""


@dataclass
class _Kept:
    """What is known of one child: its process, its failures in a row, when to start it (again)."""

    child: Child
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    due: float = 0.0


class _Keeper:
    """The state of `supervise`; each method is one step of it."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None], limits: Limits) -> None:
        self.kept = [_Kept(child) for child in children]
        self.say = say
        self.limits = limits
        self.guard = _Guard(limits.grace_seconds)
        self.stopping = False
        self.wake = -1

    def on_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def start(self) -> None:
        for kept in self.kept:
            self._start(kept)

    def _start(self, kept: _Kept) -> None:
        child, log = kept.child, kept.child.output
        with contextlib.ExitStack() as stack:
            stream = stack.enter_context(log.open("ab")) if log else None
            # A session of its own: Ctrl-C reaches only us, and what the child starts can be found by its group.
            kept.process = subprocess.Popen(
                child.command,
                env={**os.environ, **child.env},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT if stream else None,
                start_new_session=True,
            )
        self.guard.add(kept.process.pid)
        kept.started = time.monotonic()

    def wait_until(self, ready: Callable[[], bool]) -> bool:
        """True when ready, False when asked to stop before."""
        deadline = time.monotonic() + self.limits.ready_seconds
        while not self.stopping:
            self._restart_crashed()
            if ready():
                return True
            if time.monotonic() > deadline:
                raise _not_ready(self.limits.ready_seconds)
            self._sleep(READY_PAUSE)
        return False

    def keep(self) -> None:
        while not self.stopping:
            now = time.monotonic()
            self._restart_crashed()
            waits = [kept.due - now for kept in self.kept if kept.process is None]
            self._sleep(max(0.0, min(waits)) if waits else None)

    def _sleep(self, seconds: float | None) -> None:
        if not self.stopping and select.select([self.wake], [], [], seconds)[0]:
            os.read(self.wake, 512)

    def _restart_crashed(self) -> None:
        self.guard.keep_alive()
        for kept in self.kept:
            if kept.process is not None and _has_ended(kept.process.pid):
                self._note_crash(kept, kept.process)
            if kept.process is None and time.monotonic() >= kept.due:
                self._start(kept)

    def _note_crash(self, kept: _Kept, process: subprocess.Popen[bytes]) -> None:
        self._bury(process)
        kept.process = None
        now = time.monotonic()
        kept.failures = 1 if now - kept.started >= self.limits.steady_seconds else kept.failures + 1
        if kept.failures >= self.limits.tries:
            raise _keeps_crashing(kept.child, kept.failures, process.returncode)
        delay = self.limits.delay(kept.failures)
        kept.due = now + delay
        self.say(f"{kept.child.label}意外退出（{_how(process.returncode)}），{delay:g} 秒后重新启动")

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        """Kill what the ended child left in its group (it may hold the port), then reap it; in this order, or the
        number could already name somebody else's group."""
        _kill_group(process.pid)
        self.guard.remove(process.pid)
        process.wait()

    def close(self) -> None:
        """Ask all to stop, wait for the grace they share, kill the rest."""
        running = [kept.process for kept in self.kept if kept.process is not None]
        for process in running:
            # Not process.send_signal: it would reap a child that has ended, and lose its group.
            os.kill(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + self.limits.grace_seconds
        while time.monotonic() < deadline and not all(_has_ended(process.pid) for process in running):
            time.sleep(0.02)
        for process in running:
            self._bury(process)
        self.guard.close()


def _has_ended(pid: int) -> bool:
    """Whether our child ended, without reaping it: its number stays taken until we are done with its group."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _how(code: int) -> str:
    return f"信号 {-code}" if code < 0 else f"退出码 {code}"


def _not_ready(seconds: float) -> HuiliuError:
    return HuiliuError(
        code="UP-004",
        message=f"{seconds:g} 秒内没有启动完成",
        hint="看 HUILIU_HOME/logs 中最后几行；机器很慢时再试一次。",
        facts={"seconds": seconds},
    )


def _keeps_crashing(child: Child, failures: int, code: int) -> HuiliuError:
    return HuiliuError(
        code="UP-005",
        message=f"{child.label}连续 {failures} 次意外退出（{_how(code)}），不再重试",
        hint="看 HUILIU_HOME/logs 中最后几行，改正后重新启动。",
        facts={"child": child.name, "failures": failures, "returncode": code},
    )


class _Guard:
    """A small second process that stops the children if this one is killed: it notices the closed pipe."""

    def __init__(self, grace_seconds: float) -> None:
        self.grace_seconds = grace_seconds
        self.pids: set[int] = set()
        self.process = self._spawn()

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-SP", __file__, str(self.grace_seconds)],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def add(self, pid: int) -> None:
        self.pids.add(pid)
        self._tell(f"+{pid}")

    def remove(self, pid: int) -> None:
        self.pids.discard(pid)
        self._tell(f"-{pid}")

    def keep_alive(self) -> None:
        """A guard that was killed is replaced and told of all children."""
        if self.process.poll() is None:
            return
        self.process = self._spawn()
        for pid in self.pids:
            self._tell(f"+{pid}")

    def _tell(self, line: str) -> None:
        if self.process.stdin is None:
            return
        with contextlib.suppress(BrokenPipeError):  # it is gone; keep_alive brings the next one up to date
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()

    def close(self) -> None:
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        self.process.wait()


def guard(grace_seconds: float) -> None:
    """The second process: after the pipe closes, stop whatever is still noted."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    pids: set[int] = set()
    for line in sys.stdin:
        change = pids.add if line[0] == "+" else pids.discard
        change(int(line[1:]))
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while time.monotonic() < deadline and any(map(_exists, pids)):
        time.sleep(0.05)
    for pid in pids:
        _kill_group(pid)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    guard(float(sys.argv[1]))
