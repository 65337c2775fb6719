"""A list with its answers as rows: what was sent, the verdict, and the chosen columns as the asker may see them."""

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property, partial
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from huiliu.apps.datahub.selectors import Look, code_meaning, look
from huiliu.apps.datahub.selectors.reach import FULL, opening
from huiliu.apps.datahub.services.places import parts_of
from huiliu.apps.exports.services import SOURCES, Block, Content, ExportSource, Part, Wanted
from huiliu.apps.lists.models import ListLookUp
from huiliu.apps.lists.selectors import LOOK_UP, sight_of, topic
from huiliu.apps.lists.services.keeping import list_form, list_heading, list_is_form, list_open, lists_sweep
from huiliu.documents.form_book import FormBook
from huiliu.documents.listing import ListColumn
from huiliu.documents.sheets import Cell
from huiliu.documents.uploaded_list import UploadedList
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.listed_numbers import By, Listed, read_listed
from huiliu.lake.snapshot import Snapshot
from huiliu.topics import PART, PLACE, SPLITS, ResultColumn, Sight, Split
from huiliu.topics.lists import AT, Answer, ListQuery, Verdict, compile_list, judge
from huiliu.web.format import show

KIND = "list_look_up"
TITLE = "批量查询结果"
BLOCK = 2_000
_LONGEST_NUMBER = 10**11  # longer ones are numbers of something and are kept as text
_OWN = (ListColumn("查询结果"), ListColumn("号码还原"), ListColumn("说明"))


def register() -> None:
    """The answered list as something that can be exported."""
    splits = {code: split.label for code, split in SPLITS.items()}
    SOURCES.add(KIND, ExportSource(TITLE, LOOK_UP, _count, _open, splits, sweep=lists_sweep, beside=_beside))


def read_numbers(uploaded: UploadedList, by: By) -> list[Listed]:
    """The number of every row, repaired or pointed out."""
    place, zeros = uploaded.column, uploaded.keeps_zeros
    return [read_listed(row[place], by, is_text=zeros) for row in uploaded.rows]


def compiled(listed: Sequence[Listed], items: Sequence[str], sight: Sight, day: date) -> ListQuery:
    """The one query that answers a list."""
    return compile_list(listed, items, topic(), sight, day)


def check_tables(seen: Look, items: Sequence[str]) -> None:
    """LIST-010 where the published day does not hold a table that a chosen column is made of."""
    wanted = [item.table for name in items if (item := topic().listed.get(name)) is not None]
    absent = dict.fromkeys(table.label for table in wanted if table.name not in seen.snap.tables)
    if absent:
        message = f"{seen.source.business_date} 的数据中没有{'、'.join(absent)}"
        raise HuiliuError(code="LIST-010", message=message, hint="请去掉来自这些数据的列后再查询。")


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


def _beside(wanted: Wanted) -> Sequence[str]:
    """Values in full are for whoever may see them so."""
    found = _mine(wanted)
    return (FULL,) if found and found.is_full and opening(wanted.user) else ()


def _count(wanted: Wanted) -> int:
    found = _mine(wanted)
    return found.rows if found and found.is_kept else 0


@contextmanager
def _open(wanted: Wanted) -> Iterator[Content]:
    """As the library is published now, within the reach of now; no row is read before the first block is taken."""
    record = ListLookUp.objects.get(key=wanted.parameters["list"], owner=wanted.user)
    with look() as seen:
        check_tables(seen, record.columns)
        sight = sight_of(wanted.scopes, opening(wanted.user) if record.is_full else ())
        heads = _heads(list_heading(record.key), record.columns, is_full=sight.full)
        rows = _Rows(seen, record, sight, wanted.split)
        writer = partial(_filled, record.key) if list_is_form(record.key) else None
        yield Content(heads, rows.blocks(), seen.source.business_date, seen.source.snapshot, rows.parts, writer)


def _filled(key: str, path: Path) -> FormBook:
    """The sender's own workbook instead of one of ours."""
    form = list_form(key)
    return FormBook(path, io.BytesIO(form.book), form.plan)


def _heads(sent: Sequence[str], columns: Sequence[str], *, is_full: bool) -> tuple[ListColumn, ...]:
    """What was sent first, in full as whoever sent it has it already; labels that come twice are told apart."""
    items = [topic().listed[name] for name in columns]
    labels = [f"{item.label}（库中）" if item.label in sent else item.label for item in items]
    asked = [
        ListColumn(label, item.kind, item.level, is_full and item.is_protected)
        for label, item in zip(labels, items, strict=True)
    ]
    return (*(ListColumn(name, "id", "L4", is_full=True) for name in sent), *_OWN, *asked)


class _Rows:
    """The rows of one list with their answers, in its order; split by place, in that order within each place."""

    def __init__(self, seen: Look, record: ListLookUp, sight: Sight, split: str) -> None:
        self.seen, self.record, self.sight, self.split = seen, record, sight, split

    @cached_property
    def uploaded(self) -> UploadedList:
        return list_open(self.record.key)

    @cached_property
    def listed(self) -> list[Listed]:
        return read_numbers(self.uploaded, By(self.record.by))

    @cached_property
    def placed(self) -> list[tuple[str, str | None]]:
        """Of each row the place and what it is called: that of the one person who was found, else none."""
        split = SPLITS[self.split]
        query = self._query(self.listed, (), split)
        found = [answer.person or {} for answer in answers(self.seen.snap, query, self.listed)]
        return [(person.get(PART, ""), person.get(PLACE)) for person in found]

    def parts(self) -> list[Part]:
        """Every place with its rows."""
        rows = Counter(part for part, _ in self.placed)
        names = dict(sorted(self.placed, key=lambda one: one[1] or "", reverse=True))
        told = [{"part": part, "place": names[part], "rows": rows[part]} for part in sorted(rows)]
        return parts_of(SPLITS[self.split], told)

    def blocks(self) -> Iterator[Block]:
        """All rows; afterwards the counts are kept with the record."""
        places = [part for part, _ in self.placed] if self.split else [""] * len(self.listed)
        order = sorted(range(len(places)), key=places.__getitem__)
        listed, counts = [self.listed[at] for at in order], Counter[str]()
        query = self._query(listed, self.record.columns)
        rows = zip(order, answers(self.seen.snap, query, listed), strict=True)
        for part, found in groupby(rows, key=lambda row: places[row[0]]):
            while some := list(islice(found, BLOCK)):
                for _, answer in some:
                    tally(counts, answer)
                sent = self.uploaded.rows
                yield Block([_row(self.uploaded, sent[at], query, answer) for at, answer in some], part)
        ListLookUp.objects.filter(pk=self.record.pk).update(**counts_of(counts))

    def _query(self, listed: Sequence[Listed], items: Sequence[str], split: Split | None = None) -> ListQuery:
        day = self.seen.source.business_date
        return compile_list(listed, items, topic(), self.sight, day, split)


def _row(uploaded: UploadedList, sent: Sequence[Cell], query: ListQuery, answer: Answer) -> list[Any]:
    cells = [_kept(cell, number == uploaded.column) for number, cell in enumerate(sent)]
    return [*cells, answer.verdict.label, answer.repairs, answer.remark, *values(query.columns, answer)]


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
