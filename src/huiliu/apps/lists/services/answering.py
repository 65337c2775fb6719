"""A list with its answers as rows: what was sent, the verdict, and the chosen columns as the asker may see them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.datahub.selectors import code_meaning, look
from huiliu.apps.exports.services import SOURCES, Block, Content, ExportSource, Wanted
from huiliu.apps.lists.models import ListLookUp
from huiliu.apps.lists.selectors import LOOK_UP, sight_of, topic
from huiliu.apps.lists.services.keeping import list_open, lists_sweep
from huiliu.documents.listing import ListColumn
from huiliu.documents.uploaded_list import Cell, UploadedList
from huiliu.kernel.listed_numbers import By, Listed, read_listed
from huiliu.lake.snapshot import Snapshot
from huiliu.topics import ResultColumn
from huiliu.topics.lists import AT, Answer, ListQuery, Verdict, compile_list, judge
from huiliu.web.format import show

KIND = "list_look_up"
TITLE = "批量查询结果"
BLOCK = 2_000
_LONGEST_NUMBER = 10**11  # longer ones are numbers of something and are kept as text
_OWN = (ListColumn("查询结果"), ListColumn("号码还原"), ListColumn("说明"))


def register() -> None:
    """The answered list as something that can be exported."""
    SOURCES.add(KIND, ExportSource(TITLE, LOOK_UP, _count, _open, sweep=lists_sweep))


def read_numbers(uploaded: UploadedList, by: By) -> list[Listed]:
    """The number of every row, repaired or pointed out."""
    place, zeros = uploaded.column, uploaded.keeps_zeros
    return [read_listed(row[place], by, is_text=zeros) for row in uploaded.rows]


def compiled(listed: Sequence[Listed], items: Sequence[str], scopes: Sequence[Scope], day: date) -> ListQuery:
    """The one query that answers a list."""
    return compile_list(listed, items, topic(), sight_of(scopes), day)


def answers(snap: Snapshot, query: ListQuery, listed: Sequence[Listed]) -> Iterator[Answer]:
    """One answer for each row, in order."""
    rows = (row for block in snap.blocks(query.sql, query.parameters) for row in block)
    groups = groupby(rows, key=itemgetter(AT))
    place, hits = next(groups, (-1, iter(())))
    for number, one in enumerate(listed):
        if place != number:
            yield judge(one, ())
            continue
        yield judge(one, list(hits))
        place, hits = next(groups, (-1, iter(())))


def written(column: ResultColumn, value: Any) -> Any:
    """A value as it is written: codes with their meaning, months as people read them, everything else as it is."""
    if column.codes and value not in (None, ""):
        return f"{value} {code_meaning(column.codes, value)}".strip()
    return show("month", value) if column.kind == "month" and value is not None else value


def _mine(wanted: Wanted) -> ListLookUp | None:
    """The list, if it is the asker's own."""
    return ListLookUp.objects.filter(key=wanted.parameters.get("list"), owner=wanted.user).first()


def _count(wanted: Wanted) -> int:
    found = _mine(wanted)
    return found.rows if found and found.is_kept else 0


@contextmanager
def _open(wanted: Wanted) -> Iterator[Content]:
    """As the library is published now, within the reach of now."""
    record = ListLookUp.objects.get(key=wanted.parameters["list"], owner=wanted.user)
    uploaded = list_open(record.key)
    listed = read_numbers(uploaded, By(record.by))
    with look() as seen:
        query = compiled(listed, record.columns, wanted.scopes, seen.source.business_date)
        writing = _Writing(uploaded, query, record)
        blocks = writing.blocks(answers(seen.snap, query, listed))
        yield Content(writing.heads(), blocks, seen.source.business_date, seen.source.snapshot)


@dataclass
class _Writing:
    """The rows of one answered list, and how many came to which verdict."""

    uploaded: UploadedList
    query: ListQuery
    record: ListLookUp
    counts: Counter[str] = field(default_factory=Counter)

    def heads(self) -> tuple[ListColumn, ...]:
        """What was sent first, as whoever sent it knows it already; labels that come twice are told apart."""
        known = set(self.uploaded.heading)
        sent = [ListColumn(name, "id", "L4", is_full=True) for name in self.uploaded.heading]
        by_name = topic().by_name
        asked = [
            ListColumn(f"{c.label}（库中）" if c.label in known else c.label, c.kind, by_name[c.name].level)
            for c in self.query.columns
        ]
        return (*sent, *_OWN, *asked)

    def blocks(self, found: Iterator[Answer]) -> Iterator[Block]:
        """All rows in their order; afterwards the counts are kept with the record."""
        rows = zip(self.uploaded.rows, found, strict=True)
        while block := [self._row(sent, answer) for sent, answer in islice(rows, BLOCK)]:
            yield Block(block)
        ListLookUp.objects.filter(pk=self.record.pk).update(**counts_of(self.counts))

    def _row(self, sent: Sequence[Cell], answer: Answer) -> list[Any]:
        tally(self.counts, answer)
        cells = [_kept(cell, number == self.uploaded.column) for number, cell in enumerate(sent)]
        return [*cells, answer.verdict.label, answer.repairs, answer.remark, *values(self.query.columns, answer)]


def values(columns: Sequence[ResultColumn], answer: Answer) -> list[Any]:
    """The chosen columns of an answer; nothing unless it is one person."""
    person: Mapping[str, Any] = answer.person or {}
    return [written(column, person.get(column.name)) for column in columns]


def tally(counts: Counter[str], answer: Answer) -> None:
    """Count an answer."""
    counts[answer.verdict.value] += 1
    counts["repaired"] += bool(answer.repairs)


def counts_of(counts: Counter[str]) -> dict[str, int]:
    """All counts, those that did not come up as 0: they were counted."""
    return {name: counts[name] for name in (*(verdict.value for verdict in Verdict), "repaired")}


def _kept(cell: Cell, is_number: bool) -> Any:
    """A cell as it was sent; numbers of something as text, so that no digit is lost."""
    if isinstance(cell, int) and not is_number and abs(cell) < _LONGEST_NUMBER:
        return cell
    return None if cell is None else str(cell)
