"""Searches all that a test run logged, asked for, answered with an error or printed for people of the synthetic cities.

Nobody who exists is in any test; but where a synthetic identity number or name gets into a log, an address or an error,
a real one would too. One find fails the run and says where, never what.
"""

import logging
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from huiliu.demo import names

CITY = "4499"  # no authority has given it out: huiliu.demo.identifiers, apps/datahub/tests/town.py
TOWN = ("张三", "李㛃", "王𬭎", "赵小", "钱七", "合成机械厂")
_NUMBER = re.compile(rf"(?<!\d){CITY}\d{{2}}(\d{{4}})(\d{{2}})(\d{{2}})\d{{3}}[0-9Xx](?!\d)")
_GIVEN = "".join(sorted({*names._MEN, *names._WOMEN, *names._RARE}))
# Two or three characters that stand by themselves: within a sentence the same characters are ordinary words.
_NAME = re.compile(rf"(?<![\u4e00-\u9fff])[{names._SURNAMES}][{_GIVEN}]{{1,2}}(?![\u4e00-\u9fff])")
_PLACE = re.compile(r"合成市.{1,24}?(?:（合成\d{4}）|第.村\d+号)")
PRINTERS = ("huiliu", "run")
KEPT = ("*.jsonl", "*.log")
LEAKS = pytest.StashKey["Leaks"]()
SEEN = "leaks"


def search(text: str) -> list[str]:
    """Kinds of what was found in a text, empty if nothing was."""
    found = ["identity number"] if any(map(_is_number, _NUMBER.finditer(text))) else []
    if any(name in text for name in TOWN) or _NAME.search(text):
        found.append("name")
    if _PLACE.search(text):
        found.append("unit or address")
    return found


def _is_number(match: re.Match[str]) -> bool:
    try:
        return date(*map(int, match.groups())).year >= 1850
    except ValueError:
        return False


@dataclass
class Leaks:
    """What was found so far, as sentences; `test` is the one that runs now."""

    found: list[str] = field(default_factory=list)
    test: str = "before the first test"

    def look(self, place: str, text: str) -> None:
        """Search a text; the place is said, with the test that was running."""
        for kind in search(text):
            sentence = f"{kind} in {place} ({self.test})"
            if sentence not in self.found:
                self.found.append(sentence)

    def look_at_files(self, folder: Path) -> None:
        """Search the logs that processes of their own left behind."""
        for pattern in KEPT:
            for path in folder.rglob(pattern):
                for kind in search(path.read_text("utf-8", "replace")):
                    self.found.append(f"{kind} in the file {path.relative_to(folder)}")


class Listener(logging.Handler):
    """Draws every record as the product would, and searches the line."""

    def __init__(self, leaks: Leaks) -> None:
        super().__init__(logging.INFO)
        self.leaks = leaks

    def emit(self, record: logging.LogRecord) -> None:
        self.leaks.look(f"a log line of {record.name}", self.format(record))


def _formatter() -> logging.Formatter:
    from huiliu.config.logs import logging_config

    parts = dict(logging_config(Path("/nonexistent"))["formatters"]["json"])
    make = parts.pop("()")
    return make(**parts)


def _watch_client(leaks: Leaks) -> Callable[[], None]:
    """Addresses asked for and errors answered, through Django's test client."""
    from django.test import client

    real = client.Client.request

    def request(self: Any, **environ: Any) -> Any:
        answer = real(self, **environ)
        path = str(environ.get("PATH_INFO", "")).encode("latin-1", "replace").decode("utf-8", "replace")
        leaks.look("an address that was asked for", unquote(f"{path}?{environ.get('QUERY_STRING', '')}"))
        leaks.look("an address that was sent to", unquote(answer.headers.get("Location", "")))
        if answer.status_code >= 400 and not answer.streaming:
            leaks.look(f"an answer of {answer.status_code}", answer.content.decode("utf-8", "replace"))
        return answer

    client.Client.request = request
    return lambda: setattr(client.Client, "request", real)


def _watch_commands(leaks: Leaks) -> Callable[[], None]:
    """What commands of the product printed, where a test collects it."""
    real = subprocess.run

    def run(*arguments: Any, **options: Any) -> Any:
        done = real(*arguments, **options)
        words = [str(word) for word in done.args] if isinstance(done.args, (list, tuple)) else [str(done.args)]
        if any(Path(word).name in PRINTERS for word in words[:3]):
            for name in ("stdout", "stderr"):
                if isinstance(text := getattr(done, name), str):
                    leaks.look(f"{name} of a command", text)
        return done

    subprocess.run = run
    return lambda: setattr(subprocess, "run", real)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Watch from here on; the product's settings are loaded already, or the run has none."""
    leaks = config.stash[LEAKS] = Leaks()
    config.add_cleanup(_watch_commands(leaks))
    import os

    if os.environ.get("DJANGO_SETTINGS_MODULE"):
        config.add_cleanup(_watch_client(leaks))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Listen during each test anew: a test may have set up logging for itself."""
    leaks = item.config.stash[LEAKS]
    leaks.test = item.nodeid
    listener = Listener(leaks)
    listener.setFormatter(_formatter())
    logging.getLogger().addHandler(listener)
    try:
        return (yield)
    finally:
        logging.getLogger().removeHandler(listener)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """What a test let through to the screen is in its report; xdist sends it to the controller."""
    if report.when == "call" and _current is not None:
        _current.test = report.nodeid
        _current.look("what a test printed", report.capstdout + report.capstderr)


_current: Leaks | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Let the reports find the collector of this process."""
    global _current  # noqa: PLW0603 -- the hook of reports is handed nothing else
    _current = session.config.stash[LEAKS]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of xdist hands over what it found."""
    if _current is not None:
        _current.found.extend(getattr(node, "workeroutput", {}).get(SEEN, []))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Read what was left on disk; hand over to the controller, or fail the run."""
    leaks = session.config.stash[LEAKS]
    for folder in _folders(session.config):
        leaks.look_at_files(folder)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[SEEN] = leaks.found
    elif leaks.found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _folders(config: pytest.Config) -> list[Path]:
    import os

    made = getattr(config, "_tmp_path_factory", None)
    temporary = getattr(made, "_basetemp", None)
    home = Path(os.environ.get("HUILIU_HOME", "/nonexistent"))
    return [folder for folder in (temporary, home) if folder is not None and folder.is_dir()]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Where, one line each."""
    for sentence in dict.fromkeys(config.stash[LEAKS].found):
        terminalreporter.write_line(f"LEAK: {sentence}", red=True)
