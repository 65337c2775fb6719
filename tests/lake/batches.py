"""Draws what a province sends next: batches that fit the naive library, batches with one fault, corrections."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from lake.naive import TODAY, Library
from lake.naive_rows import EMPTY, TABLES, Content, Sent, Told, Values, WrongError, after, in_part, totals
from lake.spelling import FREE, Spelling

Draw = Callable[..., Any]
START = date(2025, 3, 29)  # the third day ends a month
KEYS = {"person": ["P1", "P2", "㛃"], "payment": ["Z1", "Z2", "Z3", "Z4"]}
NAMES = ["张三", "王𬭎", "张,三|四;五", '"李"']
VALUES: Mapping[str, st.SearchStrategy[Values]] = {
    "person": st.tuples(st.sampled_from(NAMES), st.sampled_from(["1", "2", "7"])),  # 7 is in no list: a warning
    "payment": st.tuples(st.sampled_from(["202503", "202504"]), st.sampled_from(["1.00", "2.50", "-3.00"])),
}
PARTS = {"person": [("1", "1"), ("1", "2")], "payment": [("202503", "202503"), ("202504", "202505")]}
FAULTS = [
    "rows",
    "closing",
    "unique",
    "insert_match",
    "change_match",
    "range",
    "range_match",
    "broken",
    "not_null",
    "type",
    "empty",
    "division",
    "business_date",
    "sequence",
    "previous_digest",
    "held",
    "late",
    "conflict",
    "stale_revision",
]


def due(draw: Draw, model: Library, *, declared: bool) -> Sent:
    """What the province would send next."""
    last = model.last
    declared = declared or (last is not None and last.sequence is not None and draw(st.integers(0, 3)) > 0)
    day = last.day + timedelta(days=1) if last else START
    revisions = [sent.revision for sent in _everything(model) if sent.day == day]
    revision = draw(st.sampled_from([max(revisions), max(revisions) + 1])) if revisions else 0
    return Sent(
        name=folder_of(day, revision),
        day=day,
        revision=revision,
        digest="",
        tables=_tables(draw, model.content, declared=declared),
        sequence=((last.sequence or 0) + 1 if last else 1) if declared else None,
        previous=last.digest if last and last.sequence and declared else None,
    )


def corrections(draw: Draw, model: Library) -> Iterator[Sent]:
    """A correction of an earlier day, with or without corrections of the days after it."""
    place = draw(st.integers(0, len(model.days) - 1))
    content = model.days[place - 1].content if place else EMPTY
    several = draw(st.booleans())
    for later in model.days[place : None if several else place + 1]:
        old = later.sent
        revision = max(s.revision for s in _everything(model) if s.day == old.day) + 1
        tables = {name: replace(told, closing=None) for name, told in old.tables.items()}
        if later is model.days[place]:
            tables = _tables(draw, content, declared=old.sequence is not None)
        sent = replace(old, name=folder_of(old.day, revision), revision=revision, tables=tables)
        yield sent
        with suppress(WrongError):
            content = after(content, sent)


def spellings(draw: Draw, sent: Sent) -> dict[str, Spelling]:
    """How its tables are written: in any way that the manifest tells, or else in one that shows."""
    found = {}
    for name, told in sent.tables.items():
        spelling = draw(FREE)
        if sent.sequence is None:
            spelling = replace(spelling, encoding="utf-8", delimiter=",", quote='"')
        if told.spoiled == "broken":
            spelling = replace(spelling, form=draw(st.sampled_from(["csv", "csv.gz", "csv.zip"])))
        plain = not any(
            character in cell for *_, values in told.rows for cell in values for character in spelling.delimiter
        )
        found[name] = spelling if plain else replace(spelling, quote='"')
    return found


def _tables(draw: Draw, content: Content, *, declared: bool) -> dict[str, Told]:
    names = draw(st.sampled_from([TABLES, TABLES, TABLES[:1], TABLES[1:]]))
    return {name: _told(draw, name, content, declared=declared) for name in names}


def _everything(model: Library) -> list[Sent]:
    return [*model.known.values(), *model.inbox.values()]


def folder_of(day: date, revision: int, division: str = "449900") -> str:
    return f"{division}_{day:%Y%m%d}" + (f"_r{revision}" if revision else "")


def _told(draw: Draw, name: str, content: Content, *, declared: bool) -> Told:
    """A table that fits: its mode, its rows, and honest totals or none."""
    whole = content[name].whole
    usual = "full" if name == "person" else "increment"
    mode = draw(st.sampled_from(["full", "increment", "range"])) if declared else usual
    new = draw(st.dictionaries(st.sampled_from(KEYS[name]), VALUES[name], max_size=3))
    gone = draw(st.sets(st.sampled_from(sorted(whole)), max_size=2)) if whole else set()
    part = draw(st.sampled_from(PARTS[name])) if mode == "range" else None
    if mode == "increment":
        rows = [("U" if key in whole else "I", key, values) for key, values in new.items()]
        rows += [("D", key, ("", "")) for key in sorted(gone) if key not in new]
        told = Told(mode, rows)
    else:
        wanted = {key: values for key, values in whole.items() if key not in gone} | new
        outside = {k for k, values in whole.items() if part and not in_part(name, values, part)}
        inside = {k: v for k, v in wanted.items() if k not in outside and (part is None or in_part(name, v, part))}
        told = Told(mode, [("I", key, values) for key, values in inside.items()], part)
    if declared and draw(st.booleans()):
        with suppress(WrongError):
            proven = replace(told, closing=(0, Decimal(0)), rows=told.rows or [])
            result = after(content, _alone(name, replace(proven, closing=None)))
            return replace(told, closing=totals(result[name].whole))
    return told


def _alone(name: str, told: Told) -> Sent:
    return Sent("", START, 0, "", {name: told})


def with_fault(draw: Draw, model: Library, sent: Sent, fault: str) -> Sent | None:
    """The batch with the fault put in; None where there is nothing yet to get wrong."""
    order = _out_of_order(draw, model, sent, fault)
    if order is not None:
        return order
    name = draw(st.sampled_from(sorted(sent.tables)))
    told = _spoiled(draw, name, sent.tables[name], model.content, fault)
    return None if told is None else replace(sent, tables={**sent.tables, name: told})


def _out_of_order(draw: Draw, model: Library, sent: Sent, fault: str) -> Sent | None:
    days = model.days
    match fault:
        case "division":
            return replace(sent, division="449901", name=folder_of(sent.day, sent.revision, "449901"))
        case "business_date":
            return replace(
                sent, day=TODAY + timedelta(days=1), name=folder_of(TODAY + timedelta(days=1), 0), revision=0
            )
        case "sequence" if days and days[-1].sent.sequence:
            return replace(sent, sequence=days[-1].sent.sequence)
        case "previous_digest" if days:
            return replace(sent, previous="sm3:" + "0" * 64)
        case "held":
            day = sent.day + timedelta(days=1)
            return replace(sent, day=day, name=folder_of(day, 0), revision=0, sequence=(sent.sequence or 0) + 1)
        case "late" if days:
            day = days[0].sent.day - timedelta(days=1)
            return replace(sent, day=day, name=folder_of(day, 0), revision=0)
        case "conflict" | "stale_revision" if days:
            old = draw(st.sampled_from(days)).sent
            revision = old.revision if fault == "conflict" else 0
            return replace(old, revision=revision, name=folder_of(old.day, revision), tables=sent.tables)
    return None


def _spoiled(draw: Draw, name: str, told: Told, content: Content, fault: str) -> Told | None:
    """What is delivered is not what was announced, or no value."""
    match fault:
        case "rows":
            return replace(told, claimed_rows=len(told.rows) + 1)
        case "closing":
            return replace(told, closing=(len(content[name].whole) + 7, Decimal("1.23")))
        case "broken":
            return replace(told, spoiled=fault)
        case "not_null" | "type" if any(operation != "D" for operation, _, _ in told.rows):
            return replace(told, spoiled=fault)
        case "unique" if told.rows:
            return replace(told, rows=[*told.rows, told.rows[0]])
    return _unfit(draw(VALUES[name]), name, content[name].whole, fault)


def _unfit(values: Values, name: str, whole: Mapping[str, Values], fault: str) -> Told | None:
    """What is delivered does not fit what is there."""
    part = PARTS[name][0]
    match fault:
        case "insert_match" if whole:
            return Told("increment", [("I", min(whole), values)])
        case "change_match":
            return Told("increment", [("U", "unknown", values)])
        case "empty" if whole:
            return Told("full", [])
        case "range":
            outside = ("202501", "1.00") if name == "payment" else ("张三", "9")
            return Told("range", [("I", "new", outside)], part)
        case "range_match":
            moved = [key for key, present in whole.items() if not in_part(name, present, part)]
            inside = ("张三", "1") if name == "person" else ("202503", "1.00")
            return Told("range", [("I", moved[0], inside)], part) if moved else None
    return None
