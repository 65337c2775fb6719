"""Where a lake lives on disk, who may write it, and how a small file is replaced without ever being half written."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huiliu.kernel.digests import canonical_json
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.engine import Engine, EngineSettings, disk_full, literal, load_ducklake, open_engine
from huiliu.lake.records import Pointer

_OPTIONS = {"parquet_row_group_size": "61440", "parquet_compression": "zstd", "data_inlining_row_limit": "0"}
_LEAST_FREE = 1 << 20  # bytes; SQLite needs some to open a catalogue at all


@dataclass(frozen=True)
class LakeHome:
    """One lake's folder: the catalogue and data files (the truth), the pointer, refusals, and derived serving files.

    `reserve` are bytes of the disk that no batch may take; copies of batches are kept for `landed_days`.
    """

    root: Path
    settings: EngineSettings = field(default_factory=EngineSettings)
    reserve: int = 0
    landed_days: int = 62

    @property
    def catalogue(self) -> Path:
        return self.root / "catalog.sqlite"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def pointer_file(self) -> Path:
        return self.root / "published.json"

    @property
    def refused(self) -> Path:
        return self.root / "refused"

    @property
    def expired(self) -> Path:
        return self.root / "expired"

    def expired_snapshots(self) -> set[int]:
        """Commits whose snapshots were cleared away; their records are kept."""
        return {int(path.stem) for path in self.expired.glob("*.json")}

    @property
    def landed(self) -> Path:
        return self.root / "landed"

    @property
    def certificates(self) -> Path:
        return self.root / "certificates"

    @property
    def compares(self) -> Path:
        return self.root / "compares"

    @property
    def staging(self) -> Path:
        return self.root / "staging"

    def serve_file(self, snapshot: int) -> Path:
        """The derived look-up file of a snapshot; a name is never used twice."""
        return self.root / f"serve.{snapshot}.duckdb"

    def serve_files(self) -> list[Path]:
        """Finished serving files, oldest first."""
        found = [path for path in self.root.glob("serve.*.duckdb") if path.suffixes[0][1:].isdigit()]
        return sorted(found, key=lambda path: int(path.suffixes[0][1:]))

    def catalogue_copy(self, snapshot: int) -> Path:
        """The verified copy of the catalogue that publishing a snapshot ends with."""
        return self.root / f"catalog.{snapshot}.sqlite"

    def catalogue_copies(self) -> list[Path]:
        """Finished copies of the catalogue, oldest first."""
        found = [path for path in self.root.glob("catalog.*.sqlite") if path.suffixes[0][1:].isdigit()]
        return sorted(found, key=lambda path: int(path.suffixes[0][1:]))

    def pointer(self) -> Pointer | None:
        """What is published; None before the first night. LAKE-032 if the file that says so cannot be read."""
        try:
            return Pointer.from_json(json.loads(self.pointer_file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise HuiliuError(
                code="LAKE-032",
                message="发布指针 published.json 读不出来或已损坏",
                hint="请运行一次入库（huiliu night）：它会按目录库重建该文件；数据本身没有改动。",
                facts={"error": type(error).__name__},
            ) from None

    def ensure(self) -> None:
        """Make the folders; harmless if they exist."""
        for folder in (self.data, self.refused, self.landed, self.staging):
            folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def writer(self) -> Iterator[None]:
        """Hold the writer's lock; a second writer is refused at once. The kernel frees it when the process dies."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".writer").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HuiliuError(
                    code="LAKE-001",
                    message="另一个入库进程正在写入回流库",
                    hint="请等它结束后再运行；若确认没有入库进程，请检查是否有残留的 huiliu 进程。",
                ) from None
            yield

    def open_for_writing(self) -> Engine:
        """The lake attached as `lake`, created on first use; only inside `writer()`."""
        self.ensure()
        self._refuse_lost_catalogue()
        engine = open_engine(self.settings, self.staging / "spill")
        try:
            self._attach(engine, "lake", "META_JOURNAL_MODE 'WAL'")
            if self._unfinished(engine):
                for name, value in _OPTIONS.items():
                    engine.run("CALL lake.set_option(?, ?)", [name, value])
        except HuiliuError:
            engine.close()
            raise
        return engine

    def _refuse_lost_catalogue(self) -> None:
        """A new catalogue would take every data file there is for an orphan, so it is made in an empty lake only."""
        if self.catalogue.exists() and self.catalogue.stat().st_size:
            return
        if self.pointer_file.exists() or any(self.data.rglob("*.parquet")):
            raise HuiliuError(
                code="LAKE-021",
                message="回流库的目录库 catalog.sqlite 缺失或为空，而数据文件还在",
                hint="请运行 lake restore 换用发布时的副本，或从备份恢复（连同 catalog.sqlite-wal）；"
                "数据文件没有改动，请勿删除。",
            )

    @staticmethod
    def _unfinished(engine: Engine) -> bool:
        """True if creation was cut short before every option was stored."""
        stored = dict(engine.run("SELECT option_name, value FROM ducklake_options('lake')"))
        return any(stored.get(name) != value for name, value in _OPTIONS.items())

    @contextmanager
    def open_for_reading(self) -> Iterator[Engine]:
        """The whole lake, every commit of it, attached read-only as `lake`; for history and state, not for pages."""
        engine = open_engine(self.settings, self.staging / "spill")
        try:
            self.attach_reading(engine, "lake", None)
            yield engine
        finally:
            engine.close()

    def attach_reading(self, engine: Engine, name: str, version: int | None) -> None:
        """Attach read-only under a name, pinned to a snapshot if one is given."""
        pinned = f", SNAPSHOT_VERSION {int(version)}" if version is not None else ""
        self._attach(engine, name, f"READ_ONLY{pinned}")

    def _attach(self, engine: Engine, name: str, options: str) -> None:
        source = literal(f"ducklake:sqlite:{self.catalogue.resolve()}")
        data = literal(f"{self.data.resolve()}/")
        load_ducklake(engine)
        try:
            engine.run(
                f"ATTACH {source} AS {name} "
                f"(DATA_PATH {data}, META_BUSY_TIMEOUT 10000, OVERRIDE_DATA_PATH true, {options})"
            )
        except HuiliuError as error:
            if error.code != "LAKE-014":
                raise
            kind = error.facts
        else:
            return
        if shutil.disk_usage(self.root).free < _LEAST_FREE:
            raise disk_full()
        raise HuiliuError(
            code="LAKE-022",
            message="回流库的目录库 catalog.sqlite 打不开，可能已损坏或不属于这个回流库",
            hint="请先检查权限和磁盘；确已损坏时运行 lake restore 换用发布时的副本，"
            "或从备份恢复（连同 -wal）。数据文件没有改动，勿删。",
            facts=kind,
        )

    def data_files(self) -> set[Path]:
        """Every Parquet file, of whatever snapshot or of none."""
        return set(self.data.rglob("*.parquet"))

    def sync_data(self, before: set[Path]) -> None:
        """Force to the disk what came after `before`: DuckDB does not, and the catalogue's COMMIT will name it."""
        files = self.data_files() - before
        folders = {parent for path in files for parent in path.parents if parent.is_relative_to(self.data)}
        for path in (*files, *folders):
            sync_file(path)


def write_json(path: Path, value: Any) -> None:
    """Replace a file as a whole: a reader or a crash sees the old content or the new, never a part."""
    partial = path.with_name(path.name + ".tmp")
    with partial.open("wb") as stream:
        stream.write(canonical_json(value) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Force a finished file to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Force a rename inside the folder to the disk."""
    sync_file(folder)
