"""How a fetched folder enters the inbox: hidden while it grows, renamed at the end, remembered afterwards."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.periods import parse_day
from huiliu.lake.home import sync_file, sync_folder, write_json
from huiliu.lake.sources.faults import source_error

MARKER = ".source.json"  # hidden, and therefore no part of the batch
_NAME = re.compile(r"[0-9]{6}_([0-9]{8})(_r[1-9][0-9]{0,3})?")


def folder_day(name: str) -> date | None:
    """The business date of a batch folder's name; None if it is no such name."""
    match = _NAME.fullmatch(name)
    try:
        return parse_day(match[1]) if match else None
    except HuiliuError:
        return None


@dataclass
class Record:
    """Which folders a source has been taken from, each with its fingerprint; a lost record costs one more transfer."""

    path: Path
    taken: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Record":
        """The record, empty if there is none or it is damaged."""
        try:
            taken = json.loads(path.read_text("utf-8"))["taken"]
            return cls(path, {str(name): str(mark) for name, mark in taken.items()})
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return cls(path)

    def add(self, name: str, fingerprint: str) -> None:
        """Remember one more folder."""
        self.taken[name] = fingerprint
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_json(self.path, {"taken": self.taken})


@dataclass(frozen=True)
class Arrival:
    """One folder of one source between the source and the inbox; `fingerprint` tells whether its content changed."""

    source: str
    inbox: Path
    name: str
    fingerprint: str

    @property
    def partial(self) -> Path:
        """Where the folder grows; the loader does not see names that begin with a dot."""
        return self.inbox / f".{self.name}.{self.source}.part"

    @property
    def target(self) -> Path:
        return self.inbox / self.name

    def known(self, record: Record) -> bool:
        """True if this content was taken before, also where a run was killed before it could note so."""
        if record.taken.get(self.name) == self.fingerprint:
            return True
        if _marker(self.target) == (self.source, self.fingerprint):
            record.add(self.name, self.fingerprint)
            return True
        return False

    def refuse_foreign(self) -> None:
        """SOURCE-010 if somebody else put a folder of that name into the inbox: it is not ours to replace."""
        owner = _marker(self.target)
        if self.target.exists() and (owner is None or owner[0] != self.source):
            raise source_error(
                "010",
                f"收件箱中已有批次 {self.name}，不是由来源 {self.source} 取来的",
                "同一批次只能有一个来源：请核对 sources.yaml，或移走收件箱中的那个文件夹。",
                source=self.source,
                batch=self.name,
            )

    def install(self) -> None:
        """Give the grown folder its name, in place of what was taken before; whole at every moment."""
        write_json(self.partial / MARKER, {"source": self.source, "fingerprint": self.fingerprint})
        for path in self.partial.iterdir():
            sync_file(path)
        sync_folder(self.partial)
        old = self.inbox / f".{self.name}.{self.source}.old"
        shutil.rmtree(old, ignore_errors=True)
        if self.target.exists():
            self.target.rename(old)
        self.partial.rename(self.target)
        sync_folder(self.inbox)
        shutil.rmtree(old, ignore_errors=True)


def tidy(source: str, inbox: Path, obsolete: Callable[[str, date], bool]) -> None:
    """Remove folders that this source brought and that are needed no more, judged by name and business date."""
    for folder in sorted(inbox.iterdir()):
        day, owner = folder_day(folder.name), _marker(folder)
        if day is not None and owner is not None and owner[0] == source and obsolete(folder.name, day):
            shutil.rmtree(folder)


def _marker(folder: Path) -> tuple[str, str] | None:
    """Source and fingerprint of a folder in the inbox that a source put there."""
    try:
        value = json.loads((folder / MARKER).read_text("utf-8"))
        return str(value["source"]), str(value["fingerprint"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
