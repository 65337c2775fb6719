"""Tools and powers a test may need: programs of the system, another user, a disk that is full."""

import glob
import os
import pickle
import pwd
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn, Protocol

import pytest

NOBODY = "nobody"
TEMPORARY = Path(tempfile.gettempdir())
# Debian keeps the server's programs out of PATH.
POSTGRES_BIN = "/usr/lib/postgresql/*/bin"


class RequireTool(Protocol):
    def __call__(self, *names: str) -> str: ...


def find_tool(name: str) -> str | None:
    """The program's path, in PATH or where Debian puts PostgreSQL and sshd."""
    folders = [*sorted(glob.glob(POSTGRES_BIN), reverse=True), "/usr/sbin", "/sbin"]  # noqa: PTH207
    return shutil.which(name) or shutil.which(name, path=os.pathsep.join(folders))


def lack(reason: str) -> NoReturn:
    """Skip on a developer's machine; in CI a test that cannot run is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def require_tool() -> RequireTool:
    """`require_tool("chromium", "chromium-browser")` → path of the first one present."""

    def require(*names: str) -> str:
        found = next((path for path in map(find_tool, names) if path), None)
        return found or lack(f"not installed: {' or '.join(names)} (.ci/run installs what tests need)")

    return require


class Unprivileged:
    """Runs a callable or a command as nobody when this process is root, else as the present user."""

    def __init__(self) -> None:
        self.user = pwd.getpwnam(NOBODY) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())

    def give(self, path: Path) -> Path:
        """Hand a file or folder (with all below) to that user, and let it walk there."""
        for item in (path, *path.rglob("*")):
            os.chown(item, self.user.pw_uid, self.user.pw_gid)
        for parent in path.parents:
            # Never open a folder that was there before the tests, such as a home.
            if parent != TEMPORARY and parent.is_relative_to(TEMPORARY):
                parent.chmod(parent.stat().st_mode | 0o011)
        return path

    def run(self, command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[str]:
        """The command's result, output captured as text; the program has to be readable for that user."""
        if os.geteuid() == 0:
            options |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return subprocess.run(command, capture_output=True, text=True, check=False, **options)

    def call(self, function: Callable[[], Any]) -> Any:
        """The function's result, or its exception raised here; it runs in a fork, so imports must have happened."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            self._answer(function, writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            answer = stream.read()
        os.waitpid(child, 0)
        good, value = pickle.loads(answer)
        if not good:
            raise value
        return value

    def _answer(self, function: Callable[[], Any], writer: int) -> NoReturn:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(self.user.pw_gid)
                os.setuid(self.user.pw_uid)
            answer = pickle.dumps((True, function()))
        except BaseException as error:
            answer = _pickled_error(error)
        with os.fdopen(writer, "wb") as stream:
            stream.write(answer)
        os._exit(0)


def _pickled_error(error: BaseException) -> bytes:
    try:
        pickle.loads(data := pickle.dumps((False, error)))
    except Exception:
        return pickle.dumps((False, RuntimeError("".join(traceback.format_exception(error)))))
    return data


@pytest.fixture(scope="session")
def unprivileged() -> Unprivileged:
    """Another user for permission tests: root sees no refusal."""
    return Unprivileged()


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """`full_disk(8)` → an empty file system of 8 MB, so that "disk full" is real; needs root that may mount."""
    mounted: list[Path] = []

    def mount(megabytes: int) -> Path:
        if not sys.platform.startswith("linux") or os.geteuid() != 0:
            pytest.skip("a full disk needs root on Linux")
        folder = tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"may not mount: {done.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
