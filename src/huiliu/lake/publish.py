"""Publish: turn the pointer to a committed snapshot, then build its look-up file; readers follow the pointer only."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import file_digest
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.catalogue_copy import drop_old_copies, make_copy
from huiliu.lake.engine import Engine, identifier, literal
from huiliu.lake.home import LakeHome, sync_file, sync_folder, write_json
from huiliu.lake.ledger import LEDGER
from huiliu.lake.records import NightRecord, Pointer
from huiliu.lake.slices import Slice, slices
from huiliu.lake.tables import Table

_KEEP = 2


def publish(lake: LakeHome, engine: Engine, tables: Mapping[str, Table], night: NightRecord, clock: Clock) -> Pointer:
    """Make a committed night the one that is read, and build its look-up file."""
    return look_up(lake, engine, tables, turn(lake, night, clock))


def turn(lake: LakeHome, night: NightRecord, clock: Clock) -> Pointer:
    """Make a committed night the one that is read, at once; until its look-up file is built, readers use the lake."""
    assert night.snapshot is not None
    assert night.business_date is not None
    assert night.division is not None
    assert night.level is not None
    assert night.digest is not None
    pointer = Pointer(
        snapshot=night.snapshot,
        batch=night.batch,
        business_date=night.business_date,
        division=night.division,
        sequence=night.sequence,
        level=night.level,
        digest=night.digest,
        published_at=clock.now(),
        serve=None,
        catalogue=make_copy(lake, night.snapshot),
    )
    write_json(lake.pointer_file, pointer.as_json())
    drop_old_copies(lake, pointer)
    return pointer


def look_up(lake: LakeHome, engine: Engine, tables: Mapping[str, Table], pointer: Pointer) -> Pointer:
    """Build the look-up file of the published snapshot and name it in the pointer, unless it is there already.

    One that cannot be built stops nothing; the next run tries again.
    """
    name = lake.serve_file(pointer.snapshot).name
    if pointer.serve == name and pointer.serve_digest and lake.serve_file(pointer.snapshot).exists():
        return pointer
    made = build_serve_file(lake, engine, tables, pointer.snapshot)
    built = replace(pointer, serve=name if made else None, serve_digest=made)
    if built != pointer:
        write_json(lake.pointer_file, built.as_json())
    _drop_old(lake, built)
    return built


def build_serve_file(lake: LakeHome, engine: Engine, tables: Mapping[str, Table], snapshot: int) -> str | None:
    """The snapshot as one DuckDB file, every table sorted by its grain; its digest, or None if it cannot be built."""
    final = lake.serve_file(snapshot)
    partial = final.with_name(final.name + ".tmp")
    try:
        _discard(partial)
        _fill(engine, partial, tables, snapshot)
        sync_file(partial)
        digest = file_digest(partial, "sha256")
        partial.replace(final)
        sync_folder(lake.root)
    except (HuiliuError, OSError):
        _discard(partial)
        return None
    return digest


def _fill(engine: Engine, partial: Path, tables: Mapping[str, Table], snapshot: int) -> None:
    engine.run(f"ATTACH {literal(partial)} AS serve")
    try:
        for name in lake_tables(engine):
            source = f"lake.{identifier(name)} AT (VERSION => {snapshot})"
            _copy_sorted(engine, f"serve.{identifier(name)}", source, tables.get(name))
        engine.run("CHECKPOINT serve")
    finally:
        engine.run("DETACH serve")


def _copy_sorted(engine: Engine, target: str, source: str, table: Table | None) -> None:
    """A table of the lake by its grain; one without a definition, which is small, by all of its columns."""
    grain = ", ".join(map(identifier, table.grain)) if table else "ALL"
    parts = [Slice()]
    if table is not None:
        rows = engine.count(f"SELECT count(*) FROM {source}")
        columns = [name for name, *_ in engine.run(f"DESCRIBE SELECT * FROM {source}")]
        parts = slices(engine, source, table.grain, columns, rows)
    begin = f"CREATE TABLE {target} AS"
    for part in parts:
        engine.run(f"{begin} SELECT * FROM {source} WHERE {part.condition} ORDER BY {grain}", part.values)
        begin = f"INSERT INTO {target}"


def lake_tables(engine: Engine) -> list[str]:
    """Names of the tables that a look-up file holds, sorted: the lake's data and what is in quarantine."""
    # duckdb_tables() counts the rows of every table, which costs more the more there are.
    sql = "SELECT DISTINCT table_name FROM duckdb_columns() WHERE database_name = 'lake' AND table_name <> ? ORDER BY 1"
    return [name for (name,) in engine.run(sql, [LEDGER])]


def _discard(partial: Path) -> None:
    for path in (partial, partial.with_name(partial.name + ".wal")):
        path.unlink(missing_ok=True)


def _drop_old(lake: LakeHome, pointer: Pointer) -> None:
    """Keep the published file and those just before it; a reader that has another one open keeps reading it.

    A later number than the published one is left of a catalogue that was since restored from an older copy.
    """
    wanted = [lake.serve_file(pointer.snapshot), *(p for p in reversed(lake.serve_files()) if p.name != pointer.serve)]
    for path in lake.serve_files():
        if path not in wanted[:_KEEP]:
            path.unlink(missing_ok=True)
