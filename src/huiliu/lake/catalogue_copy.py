"""The verified copy of the catalogue that ends every publication, and its way back when the catalogue is lost."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huiliu.kernel.digests import file_digest
from huiliu.kernel.errors import HuiliuError
from huiliu.lake import catalogue_backup
from huiliu.lake.home import LakeHome, sync_file, sync_folder
from huiliu.lake.pins import expire_again
from huiliu.lake.records import CatalogueCopy, Pointer

_KEEP = 2
_DAMAGE = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "DatabaseError"})
_BESIDE = ("-wal", "-shm", "-journal")


def make_copy(lake: LakeHome, snapshot: int) -> CatalogueCopy | None:
    """Copy the catalogue as of a committed snapshot, examined before it gets its name; None where there is no room.

    Raises HuiliuError LAKE-024 if the catalogue itself is damaged: such a night is not published.
    """
    final = lake.catalogue_copy(snapshot)
    partial = final.with_name(final.name + ".tmp")
    try:
        _discard(partial)
        examined = _backed_up(lake.catalogue, partial, snapshot)
        if "error" not in examined:
            _judge(examined)
            sync_file(partial)
            copy = CatalogueCopy(final.name, file_digest(partial))
            partial.replace(final)
            sync_folder(lake.root)
            return copy
    except OSError:
        examined = {"error": "OSError"}
    finally:
        _discard(partial)
    if examined["error"] in _DAMAGE:
        raise _damaged()
    return None


def _backed_up(source: Path, target: Path, snapshot: int) -> dict[str, Any]:
    """The backup in a process of its own; see `catalogue_backup` for why."""
    command = [sys.executable, "-I", "-S", catalogue_backup.__file__, str(source), str(target), str(snapshot)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise ChildProcessError(done.returncode)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _judge(examined: Mapping[str, Any]) -> None:
    if not _passes(examined):
        raise _damaged()


def _passes(examined: Mapping[str, Any]) -> bool:
    rows = examined["rows"]
    return not examined["faults"] and rows["source"] == rows["copy"] and examined["present"] == 1


def drop_old_copies(lake: LakeHome, pointer: Pointer) -> None:
    """Keep the published copy and the one before; a higher number is left of a catalogue replaced by an older one."""
    found = lake.catalogue_copies()
    wanted = [path for path in reversed(found) if _number(path) <= pointer.snapshot][:_KEEP]
    for path in found:
        if path not in wanted:
            path.unlink(missing_ok=True)


def _number(path: Path) -> int:
    return int(path.suffixes[0][1:])


def copy_problem(lake: LakeHome, copy: CatalogueCopy | None) -> str | None:
    """What is wrong with a copy that pointer or certificate names; None if its bytes are the ones recorded."""
    if copy is None:
        return "目录库没有经核对的副本"
    path = lake.root / Path(copy.file).name
    try:
        intact = file_digest(path) == copy.digest
    except FileNotFoundError:
        return f"目录库副本 {copy.file} 缺失"
    return None if intact else f"目录库副本 {copy.file} 被改动或已损坏"


def restore_catalogue(lake: LakeHome, *, even_sound: bool = False) -> CatalogueCopy:
    """Put the published copy in the catalogue's place; what was there is set aside under another name, not deleted.

    Raises HuiliuError LAKE-025 if there is no intact copy, LAKE-026 if the catalogue passes the examination that every
    copy passes and holds the published night: nights committed since would be lost for nothing. Write-ahead files are
    set aside too: SQLite would replay those of the lost catalogue into the copy. What was cleared away since the copy
    was made is cleared away again.
    """
    with lake.writer():
        pointer = lake.pointer()
        copy = pointer.catalogue if pointer else None
        problem = copy_problem(lake, copy)
        if copy is None or problem is not None:
            raise _no_copy(problem or "")
        if not even_sound and _is_sound(lake, pointer.snapshot if pointer else 0):
            raise _sound()
        _set_aside(lake)
        partial = lake.catalogue.with_name(lake.catalogue.name + ".tmp")
        shutil.copyfile(lake.root / Path(copy.file).name, partial)  # the file that was examined
        sync_file(partial)
        partial.replace(lake.catalogue)
        sync_folder(lake.root)
        expire_again(lake)
    return copy


def _is_sound(lake: LakeHome, snapshot: int) -> bool:
    """The catalogue as a copy of it would be judged."""
    partial = lake.catalogue.with_name(lake.catalogue.name + ".tmp")
    if not lake.catalogue.exists():
        return False
    try:
        examined = _backed_up(lake.catalogue, partial, snapshot)
    finally:
        _discard(partial)
    return "error" not in examined and _passes(examined)


def _set_aside(lake: LakeHome) -> None:
    number = 1
    while (aside := lake.root / f"catalog.lost-{number}.sqlite").exists():
        number += 1
    for ending in (*_BESIDE, ""):
        path = lake.catalogue.with_name(lake.catalogue.name + ending)
        if path.exists():
            path.replace(aside.with_name(aside.name + ending))


def _discard(partial: Path) -> None:
    for ending in ("", *_BESIDE):
        partial.with_name(partial.name + ending).unlink(missing_ok=True)


def _damaged() -> HuiliuError:
    return HuiliuError(
        code="LAKE-024",
        message="回流库的目录库 catalog.sqlite 没有通过自检，本夜没有发布",
        hint="上一夜的数据仍在服务。请先备份整个回流库文件夹，再运行 lake restore 换用最近的副本后重跑。",
    )


def _no_copy(problem: str) -> HuiliuError:
    hint = "请从备份恢复目录库 catalog.sqlite（连同 -wal）；数据文件没有改动，请勿删除。"
    return HuiliuError(code="LAKE-025", message=f"不能用副本恢复目录库：{problem}", hint=hint)


def _sound() -> HuiliuError:
    return HuiliuError(
        code="LAKE-026",
        message="目录库 catalog.sqlite 自检通过，也含有已发布的一夜，没有换用副本",
        hint="请先运行 ./run lake state 查看；确要换回已发布时的副本（其后入库的各夜须重跑），请加 --force。",
    )
