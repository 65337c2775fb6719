"""Whether pointer, commits, look-up file and folders of a lake tell the same story; changes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from huiliu.kernel.digests import file_digest
from huiliu.kernel.errors import HuiliuError
from huiliu.lake import ledger
from huiliu.lake.catalogue_copy import copy_problem
from huiliu.lake.engine import Engine, identifier, literal
from huiliu.lake.home import LakeHome
from huiliu.lake.landed import unfinished
from huiliu.lake.records import NightRecord, Pointer


@dataclass(frozen=True)
class LakeState:
    """What was found; `rows` counts the published snapshot, `problems` is empty if all agree.

    `unpublished` are snapshots of nights committed after the pointer's, `leftovers` unfinished files: a killed run
    leaves both and the next one puts them right, so they are no problems.
    """

    pointer: Pointer | None
    nights: tuple[int, ...]
    unpublished: tuple[int, ...]
    leftovers: tuple[str, ...]
    rows: Mapping[str, int]
    problems: tuple[str, ...]


def lake_state(lake: LakeHome) -> LakeState:
    """Compare every place that says something about the published night."""
    pointer = lake.pointer()
    leftovers = tuple(_leftovers(lake))
    if not lake.catalogue.exists():
        lost = ("指针存在而目录库缺失",) if pointer else ()
        return LakeState(pointer, (), (), leftovers, {}, lost)
    with lake.open_for_reading() as engine:
        nights = {n.snapshot: n for n in ledger.nights(engine) if n.snapshot is not None}
        published = nights.get(pointer.snapshot) if pointer else None
        rows = _rows(engine, "lake", published)
        problems = tuple(_problems(lake, engine, pointer, published, rows))
        story = ledger.story(engine)
    unpublished = (
        ()
        if story.newest and story.newest.kind == "undo"
        else tuple(s for s in nights if pointer is None or s > pointer.snapshot)
    )
    return LakeState(pointer, tuple(nights), unpublished, leftovers, rows, problems)


def _leftovers(lake: LakeHome) -> Iterator[str]:
    for pattern in ("staging/*", "*.tmp", "*.tmp.wal", "refused/*.tmp"):
        yield from (path.name for path in sorted(lake.root.glob(pattern)) if path.name != "spill")
    yield from (path.name for path in unfinished(lake))


def _rows(engine: Engine, source: str, night: NightRecord | None) -> dict[str, int]:
    if night is None:
        return {}
    version = f" AT (VERSION => {night.snapshot})" if source == "lake" else ""
    counted = {}
    for table in night.tables:
        counted[table.table] = engine.count(f"SELECT count(*) FROM {source}.{identifier(table.table)}{version}")
    return counted


def _problems(
    lake: LakeHome, engine: Engine, pointer: Pointer | None, night: NightRecord | None, rows: Mapping[str, int]
) -> Iterator[str]:
    if pointer is None:
        return
    if night is None:
        yield f"指针所指的快照 {pointer.snapshot} 不是已提交的夜次"
        return
    if (night.batch, night.digest, night.level) != (pointer.batch, pointer.digest, pointer.level):
        yield f"指针与快照 {pointer.snapshot} 的提交记录不一致"
    recorded = {table.table: table.closing_rows for table in night.tables}
    if recorded != rows:
        yield f"快照 {pointer.snapshot} 的行数与其提交记录不一致"
    if copy := copy_problem(lake, pointer.catalogue):
        yield copy
    serve = lake.serve_file(pointer.snapshot)
    if serve.exists() and not (_same_bytes(serve, pointer) and _same_rows(engine, serve, night, rows)):
        yield f"查询文件 {serve.name} 与快照不一致、被换过或已损坏，没有使用；删除它，下次入库时重建"


def _same_bytes(serve: Path, pointer: Pointer) -> bool:
    """One that the pointer does not name yet is used by nobody and has no digest."""
    return pointer.serve != serve.name or file_digest(serve, "sha256") == pointer.serve_digest


def _same_rows(engine: Engine, serve: object, night: NightRecord, rows: Mapping[str, int]) -> bool:
    try:
        engine.run(f"ATTACH {literal(serve)} AS serve (READ_ONLY)")
        return _rows(engine, "serve", night) == rows
    except HuiliuError:
        return False
