"""The pension tables in the form of GB/T 40217 as an export: agreed to by a second person, written by the worker."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings

from huiliu.apps.accounts.selectors import post_label
from huiliu.apps.audit.services import Actor
from huiliu.apps.datahub.selectors.library import look_seen
from huiliu.apps.datahub.services.interchange import PERMISSION, interchange_export, may_interchange, place_of
from huiliu.apps.exports.services import SOURCES, Content, ExportSource, Making, Wanted, Written
from huiliu.apps.exports.services.asking import STANDARD
from huiliu.apps.jobs.services import Work
from huiliu.catalog import Catalog
from huiliu.documents.listing import ListColumn
from huiliu.interchange.run import CSV, XML, Done, Order, counted
from huiliu.interchange.select import Totals
from huiliu.kernel.masking import Level

KIND = "gbt40217"
TITLE = "养老保险数据（GB/T 40217 结构）"
FORMATS: Mapping[str, tuple[str, ...]] = {"both": (XML, CSV), "xml": (XML,), "csv": (CSV,)}


def register() -> None:
    """The interface as something that can be exported, never without a second person."""
    made = partial(ExportSource, formats=tuple(FORMATS), write=_write, approval=STANDARD)
    SOURCES.add(KIND, made(TITLE, PERMISSION, _count, _open))


def _count(wanted: Wanted) -> int:
    may_interchange(wanted.user)
    catalog = Catalog.load(*settings.HUILIU_CATALOG_ROOTS)
    with look_seen(wanted.parameters) as seen:
        return counted(seen.snap, catalog.interchanges[KIND], place_of(catalog, seen))


@contextmanager
def _open(_wanted: Wanted) -> Iterator[Content]:
    """The tables stand for the columns: everything in them is in full."""
    forms = Catalog.load(*settings.HUILIU_CATALOG_ROOTS).interchanges[KIND].forms
    tables = [ListColumn(f"表{form.number} {form.name}", "id", str(Level.L4), is_full=True) for form in forms]
    yield Content(tables, iter(()))


@dataclass(frozen=True)
class _Told:
    """The run's steps as those of the job."""

    work: Work

    def step(self, phase: str, table: str | None = None, done: int = 0, total: int | None = None) -> None:
        """A table a step, with rows done of all."""
        self.work.progress(f"{phase} {table or ''}".strip(), done, total or 0)


def _write(wanted: Wanted, making: Making) -> Written:
    """All tables into the folder, in the asker's name, under the rights that they have now."""
    user, seen = wanted.user, wanted.parameters
    done = interchange_export(
        user=user,
        actor=Actor(user.audit_name, post_label(user)),
        name=KIND,
        order=Order(making.folder, (), FORMATS[making.format]),
        reason=making.purpose,
        snapshot=seen["snapshot"],
        progress=_Told(making.work),
    )
    with look_seen(seen) as at:
        rows = sum(table.totals.rows for table in done.tables)
        return Written(rows, at.source.business_date, at.source.snapshot, told(done))


def told(done: Done) -> dict[str, Any]:
    """What the page of the export says: rows and sums by table, the verdict of the schema, what is 待核."""
    tables = [
        {"number": t.form.number, "name": t.form.name, "rows": t.totals.rows, "sums": _sums(t.totals)}
        for t in done.tables
    ]
    notes = [*done.interchange.notes, *(f"数据表 {n} 有 {c:,} 行不属于任何一表" for n, c in done.unassigned.items())]
    return {
        "wording": done.interchange.wording,
        "tables": tables,
        "valid": done.valid,
        "faults": done.fault_count,
        "notes": notes,
    }


def _sums(totals: Totals) -> str:
    return "；".join(f"{name} {value:,f}" for name, value in totals.sums.items() if value is not None) or "无金额"
