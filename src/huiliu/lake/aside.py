"""Set aside: which delivered rows go into quarantine instead of the lake, and which of those there are superseded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from huiliu.lake.batch import Batch
from huiliu.lake.engine import Engine, identifier, literal
from huiliu.lake.quarantine import COLUMNS, HELD, QUARANTINE, Shelf, cells_json, key_json, same_key, without
from huiliu.lake.ranges import Range
from huiliu.lake.reasons import KEPT, Reason, reference_reason
from huiliu.lake.receive import Staged
from huiliu.lake.records import Check, Verdict
from huiliu.lake.tables import References, Table
from huiliu.lake.verify import Facts, judged_reason

_ALWAYS = 20  # so many rows are set aside whatever their share: a small table would refuse every night


@dataclass(frozen=True)
class Aside:
    """A delivered table without its bad rows.

    `good` yields the rows to apply with the operations that the lake needs; `bad` the `count` rows that stand aside, of
    which `enters` are new; `gone` the `_key` of the `leaves` rows that are no longer in quarantine.
    """

    shelf: Shelf
    good: str | None
    bad: str | None = None
    count: int = 0
    enters: int = 0
    gone: str | None = None
    leaves: int = 0
    part: Range | None = None

    @property
    def lake(self) -> str:
        """The lake's rows that a full or range delivery is compared with: older versions of rows set aside stay."""
        shelf = self.shelf
        rows = lake_part(shelf, self.part)
        return without(shelf.table, rows, self.bad) if self.bad and shelf.existing else rows


def lake_part(shelf: Shelf, part: Range | None, *, inside: bool = True) -> str:
    """The lake's rows inside (or outside) a range; where a key is in quarantine, its newer version there decides."""
    if part is None:
        return shelf.lake
    within = part.condition("t")
    if shelf.relation:
        newer = f"SELECT {{}} FROM {shelf.relation} AS q WHERE {same_key(shelf.table, 'q', 't')}"
        there = f"EXISTS ({newer.format(1)} AND {part.condition('q')})"
        within = f"CASE WHEN EXISTS ({newer.format(1)}) THEN {there} ELSE {within} END"
    return f"(SELECT * FROM {shelf.lake} AS t WHERE {'' if inside else 'NOT '}{within})"


def set_aside(
    engine: Engine, verified: Sequence[tuple[Staged, Facts]], shelves: Mapping[str, Shelf], staging: Path
) -> tuple[dict[str, Aside], list[Check]]:
    """Split every delivery by its declared severities; writes only staging.

    References are judged against the other table as the province will have it after this night.
    """
    delivered = {staged.table.name: staged for staged, _ in verified}
    asides: dict[str, Aside] = {}
    checks: list[Check] = []
    for staged, facts in verified:
        reasons = {**facts.reasons, **_references(engine, staged, delivered, shelves)}
        checks += _reference_checks(engine, staged, reasons)
        chosen = [reason for reason in reasons if reason.severity == "quarantine"]
        aside = _split(engine, staged, shelves[staged.table.name], chosen, staging)
        checks += _limit(staged.table, facts.rows, aside.count)
        asides[staged.table.name] = aside
    return asides, checks


def _references(
    engine: Engine, staged: Staged, delivered: Mapping[str, Staged], shelves: Mapping[str, Shelf]
) -> dict[Reason, int]:
    """Rows by declared reference that is more than a warning and leads nowhere."""
    found = {}
    for check in staged.table.checks:
        if not isinstance(check, References) or check.severity == "warn" or check.table not in shelves:
            continue
        present = _present(shelves[check.table], delivered.get(check.table), check.target)
        reason = reference_reason(staged.table, check, present)
        if staged.relation is not None:
            found[reason] = engine.count(f"SELECT count(*) FROM {staged.relation} WHERE {reason.condition}")
    return {reason: count for reason, count in found.items() if count}


def _present(shelf: Shelf, staged: Staged | None, target: str) -> str:
    """The values of a column in the logical table after this night, as `_key`."""
    column, table = f"{identifier(target)} AS _key", shelf.table
    relation = staged.relation if staged else None
    sources = []
    if staged is None or staged.delivery.mode != "full":
        before = without(table, shelf.lake, shelf.relation) if shelf.relation else shelf.lake
        kept = [before, *([shelf.relation] if shelf.relation else [])]
        if staged is not None and (part := staged.delivery.range):
            kept = [f"(SELECT * FROM {rows} AS r WHERE NOT {part.condition('r')})" for rows in kept]
        sources += [without(table, rows, relation) if relation else rows for rows in kept]
    if relation is not None:
        sources.append(f"(SELECT * FROM {relation} WHERE {KEPT})")
    parts = [f"SELECT {column} FROM {rows} WHERE {identifier(target)} IS NOT NULL" for rows in sources]
    return f"({' UNION ALL '.join(parts)})"


def _reference_checks(engine: Engine, staged: Staged, reasons: Mapping[Reason, int]) -> Iterator[Check]:
    for reason, count in reasons.items():
        if reason.check == "references" and staged.relation is not None:
            yield judged_reason(engine, staged.table, staged.relation, reason, count)


def _limit(table: Table, rows: int, count: int) -> Iterator[Check]:
    """So many bad rows are no bad rows but a bad delivery."""
    if not count:
        return
    most = max(_ALWAYS, int(rows * table.quarantine_limit))
    verdict: Verdict = "fail" if count > most else "warn"
    code, name = ("quarantine_limit", "隔离行数上限") if count > most else ("quarantine", "转入隔离区")
    expected = f"不超过 {most} 行" if count > most else "0 行"
    yield Check(code, name, table.name, expected, f"{count} 行", verdict)


def _split(engine: Engine, staged: Staged, shelf: Shelf, reasons: Sequence[Reason], staging: Path) -> Aside:
    relation = staged.relation
    aside = Aside(shelf, relation, part=staged.delivery.range)
    if relation is None or not (reasons or shelf.relation):
        return aside
    if reasons:
        aside = _with_bad(engine, aside, staged, reasons, staging)
    if shelf.relation is None:
        return aside
    aside = _with_gone(engine, aside, staged, staging)
    if staged.delivery.mode == "increment" and aside.good:
        return replace(aside, good=_operations(shelf, aside.good))
    return aside


def _with_bad(engine: Engine, aside: Aside, staged: Staged, reasons: Sequence[Reason], staging: Path) -> Aside:
    """Write the bad rows out; one that the lake holds as it is is no change, and none that came to be decided on."""
    shelf, table, relation = aside.shelf, aside.shelf.table, staged.relation
    assert relation is not None
    target = staging / f"{table.name}.aside.parquet"
    marks = ", ".join(f"CASE WHEN {r.condition} THEN {literal(r.mark)} END" for r in reasons)
    wrong = " OR ".join(f"({r.condition})" for r in reasons)
    found = f"(SELECT *, concat_ws(',', {marks}) AS _reasons FROM {relation} WHERE {wrong})"
    equal = " AND ".join(f"t.{identifier(c.name)} IS NOT DISTINCT FROM b.{identifier(c.name)}" for c in table.columns)
    known = f"EXISTS (SELECT 1 FROM {shelf.lake} AS t WHERE {same_key(table, 't', 'b')} AND {equal})"
    unchanged = f"AND NOT ({known} AND b._text IS NULL)" if shelf.existing else ""
    operation = (
        "b._op" if staged.delivery.mode == "increment" else f"CASE WHEN {shelf.has_key('b')} THEN 'U' ELSE 'I' END"
    )
    query = f"""
        SELECT b.* REPLACE ({operation} AS _op), {key_json(table, "b")} AS _key, {cells_json(table, "b")} AS _cells
        FROM {found} AS b WHERE true {unchanged}"""
    engine.run(f"COPY (SELECT *, {_same(shelf)} AS _same FROM ({query}) AS b) TO {literal(target)} (FORMAT parquet)")
    bad = f"read_parquet({literal(target)})"
    count, same = engine.one(f"SELECT count(*), count(*) FILTER (_same) FROM {bad}")
    if not count:
        return aside
    return replace(aside, good=without(table, relation, bad), bad=bad, count=count, enters=count - same)


def _same(shelf: Shelf) -> str:
    """True for a bad row that is in quarantine as it is, for the same reasons or more: what was decided holds."""
    if shelf.relation is None:
        return "false"
    reasons = "list_has_all(string_split(q._reasons, ','), string_split(b._reasons, ','))"
    return f"EXISTS (SELECT 1 FROM {shelf.relation} AS q WHERE q._key = b._key AND q._cells = b._cells AND {reasons})"


def _with_gone(engine: Engine, aside: Aside, staged: Staged, staging: Path) -> Aside:
    """Rows in quarantine of which the delivery speaks: superseded, unless they came again as they are."""
    shelf, table = aside.shelf, aside.shelf.table
    target = staging / f"{table.name}.gone.parquet"
    spoken = f"EXISTS (SELECT 1 FROM {staged.relation} AS s WHERE {same_key(table, 's', 'q')})"
    again = f"SELECT 1 FROM {aside.bad} AS b WHERE b._same AND b._key = q._key" if aside.bad else "SELECT 1 WHERE false"
    part = staged.delivery.range
    touched = f"({spoken} OR {part.condition('q')})" if part else spoken
    touched = "true" if staged.delivery.mode == "full" else touched
    query = f"SELECT _key FROM {shelf.relation} AS q WHERE {touched} AND NOT EXISTS ({again})"
    engine.run(f"COPY ({query}) TO {literal(target)} (FORMAT parquet)")
    gone = f"read_parquet({literal(target)})"
    return replace(aside, gone=gone, leaves=engine.count(f"SELECT count(*) FROM {gone}"))


def _operations(shelf: Shelf, rows: str) -> str:
    """The province's operations as the lake needs them: a key that is only in quarantine is new to it."""
    only = f"(SELECT * FROM {shelf.relation} WHERE _only)"
    unknown = f"EXISTS (SELECT 1 FROM {only} AS o WHERE {same_key(shelf.table, 'o', 's')})"
    marked = f"(SELECT *, {unknown} AS _only FROM {rows} AS s)"
    operation = "CASE WHEN _only AND _op = 'U' THEN 'I' ELSE _op END AS _op"
    return f"(SELECT * EXCLUDE (_only) REPLACE ({operation}) FROM {marked} WHERE NOT (_only AND _op = 'D'))"


def apply_aside(engine: Engine, aside: Aside, batch: Batch) -> Iterator[Check]:
    """Take superseded rows out of quarantine and put new ones in; inside the night's transaction."""
    table, left, entered = aside.shelf.table.name, 0, 0
    if aside.leaves:
        left = engine.count(
            f"DELETE FROM lake.{QUARANTINE} AS q USING {aside.gone} AS g "
            f"WHERE q.table_name = {literal(table)} AND q.key = g._key"
        )
    if aside.enters:
        cells = f"{literal(table)}, _key, ?, ?, _file, _row, _op, _cells, _reasons, {literal(HELD)}"
        entered = engine.count(
            f"INSERT INTO lake.{QUARANTINE} ({', '.join(COLUMNS)}) SELECT {cells} FROM {aside.bad} WHERE NOT _same",
            [batch.name, batch.business_date],
        )
    if aside.leaves or aside.enters:
        yield Check("aside_left", "移出隔离区行数", table, str(aside.leaves), str(left)).judged()
        yield Check("aside_entered", "写入隔离区行数", table, str(aside.enters), str(entered)).judged()
