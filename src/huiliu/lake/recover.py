"""Recover: whatever a killed run left behind is finished or cleared before the next one begins."""

import shutil
from dataclasses import replace

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import ledger
from huiliu.lake.catalogue_copy import make_copy
from huiliu.lake.effective import Commit
from huiliu.lake.engine import Engine
from huiliu.lake.home import LakeHome, write_json
from huiliu.lake.landed import unfinished
from huiliu.lake.progress import Writing
from huiliu.lake.publish import look_up, publish
from huiliu.lake.records import NightRecord, Pointer
from huiliu.lake.restore import undo


def recover(run: Writing) -> NightRecord | None:
    """Undo an act cut off in the middle, publish what was committed to be read (returned), clear staging and orphans.

    Only inside `writer()`. Every commit has passed all its checks, so the newest one that is no step of a longer act is
    always the one to publish.
    """
    lake, engine = run.lake, run.engine
    if _clear(lake):
        delete_orphans(engine)
    pointer, story = _pointer(lake), ledger.story(engine)
    _refuse_older(engine, pointer)
    if story.cut_off:
        story.add(Commit.of(undo(run, story)))
    head = ledger.night_at(engine, story.head.snapshot) if story.head else None
    if head is not None and (pointer is None or head.snapshot != pointer.snapshot):
        publish(lake, engine, run.tables, head, run.clock)
        return head
    if pointer:
        _complete(run, pointer)
    return None


def _refuse_older(engine: Engine, pointer: Pointer | None) -> None:
    """Raise LAKE-023 if the published commit is not in the catalogue."""
    if pointer is None:
        return
    night = ledger.night_at(engine, pointer.snapshot)
    if night is None or night.batch != pointer.batch:
        raise HuiliuError(
            code="LAKE-023",
            message=f"已发布的批次 {pointer.batch} 不在目录库中，目录库可能是较早的备份",
            hint="请运行 lake restore 换用与 published.json 同时的副本；"
            "确认以目录库为准时，删除 published.json 后重新运行。",
            facts={"snapshot": pointer.snapshot},
        )


def _complete(run: Writing, pointer: Pointer) -> None:
    """Make what is derived from the published night and is missing: there was no room for it, or the run was killed."""
    if pointer.catalogue is None:
        pointer = replace(pointer, catalogue=make_copy(run.lake, pointer.snapshot))
        write_json(run.lake.pointer_file, pointer.as_json())
    look_up(run.lake, run.engine, run.tables, pointer)


def _pointer(lake: LakeHome) -> Pointer | None:
    """The pointer; a damaged one is as good as lost, for the commits tell what it said."""
    try:
        return lake.pointer()
    except HuiliuError:
        return None


def _clear(lake: LakeHome) -> bool:
    """Remove staging and half-written files; True if there were any, which only a killed run leaves."""
    left = [path for path in lake.staging.iterdir() if path.name != "spill"]
    left += [
        *unfinished(lake),
        *lake.root.glob("serve.*.duckdb.tmp*"),
        *lake.root.glob("*.json.tmp"),
        *lake.root.glob("*.sqlite.tmp*"),
        *lake.refused.glob("*.tmp"),
    ]
    for path in left:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return bool(left)


def delete_orphans(engine: Engine) -> int:
    """Delete data files that no snapshot names, left by a killed or rolled-back transaction; how many there were."""
    return len(engine.run("CALL ducklake_delete_orphaned_files('lake', cleanup_all => true)"))
