"""Looking up a list of persons: one set-based query over what the viewer sees, and what became of each row.

The numbers are compared inside, before masks; nothing of a person comes out but the items, masked unless the sight is
full. A person out of reach has no row in the answer and cannot make another's ambiguous.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from huiliu.kernel.listed_numbers import Listed
from huiliu.topics import expressions
from huiliu.topics.compiling import ResultColumn
from huiliu.topics.definition import Item, Topic
from huiliu.topics.errors import unknown_item
from huiliu.topics.geography import PART, PLACE, Split
from huiliu.topics.sight import Parameters, Reached, Sight
from huiliu.topics.summaries import Summary
from huiliu.topics.summing import joined

AT, WAY, PERSON = "_at", "_way", "_person"
MOST_ITEMS = 40
_BETWEEN = "\x1f"  # in no number: invisible signs are taken out of them


class Way(StrEnum):
    """By which of a row's numbers a person was found."""

    ID = "id"
    NUMBER = "number"
    STRIPPED = "stripped"


class Verdict(StrEnum):
    """What became of a row."""

    FOUND = "found"
    MISSING = "missing"
    SEVERAL = "several"
    WRONG = "wrong"

    @property
    def label(self) -> str:
        """What people read."""
        return _VERDICTS[self]


_VERDICTS: Mapping[Verdict, str] = {
    Verdict.FOUND: "找到",
    Verdict.MISSING: "未找到",
    Verdict.SEVERAL: "不唯一",
    Verdict.WRONG: "号码有误",
}
_REPAIRED = "已还原"
_BY_ZEROS = "补回前导零"


@dataclass(frozen=True)
class ListQuery:
    """What to run: one row for each row of the list and person found, in the order of the list."""

    sql: str
    parameters: Mapping[str, Any] = field(repr=False)
    columns: tuple[ResultColumn, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One row of the list answered: verdict, what was repaired, what to look at, and the items of one person."""

    verdict: Verdict
    repairs: str
    remark: str
    person: Mapping[str, Any] | None = field(default=None, repr=False)


# Each way finds persons without masks; who is out of reach falls out with `seen`.
_FOUND = f"""
    SELECT asked.place AS {AT}, 'id' AS {WAY}, person.person_no AS {PERSON}
    FROM asked JOIN person ON person.id_number = asked.key WHERE asked.way = 'id'
    UNION ALL SELECT asked.place, 'id', person.person_no
    FROM asked JOIN person ON person.social_no = asked.key WHERE asked.way = 'id'
    UNION ALL SELECT asked.place, 'number', person.person_no
    FROM asked JOIN person ON person.person_no = asked.key WHERE asked.way = 'number'
    UNION ALL SELECT asked.place, 'stripped', person.person_no
    FROM asked JOIN person ON ltrim(person.person_no, '0') = asked.key
    WHERE asked.way = 'stripped' AND person.person_no <> asked.key"""


def compile_list(
    listed: Iterable[Listed], items: Sequence[str], topic: Topic, sight: Sight, day: date, split: Split | None = None
) -> ListQuery:
    """The query for a list, in one join; the topic has one row a person. QRY-002 for an item that it does not have.

    With `split` each person also has `_part` and `_place`, where they live.
    """
    parameters = Parameters()
    reached = Reached(topic, sight, parameters)
    chosen = [_listed(topic, name) for name in items]
    own = [item for item in chosen if isinstance(item, Item)]
    summaries = [item for item in chosen if isinstance(item, Summary)]
    asked = _asked(listed, parameters)
    joins, summed = joined(summaries, f"SELECT {PERSON} FROM found", reached, parameters)
    columns = [f"person.person_no AS {PERSON}", *_shown(own, day, parameters, reached), *summed, *_where(split, topic)]
    reach = reached.rows(topic.base)
    sql = (
        f"WITH asked AS MATERIALIZED ({asked}), found AS MATERIALIZED ({_FOUND}),"
        f" seen AS (SELECT {', '.join(columns)} FROM person {reached.join()} {joins}"
        f" WHERE ({reach}) AND person.person_no IN (SELECT {PERSON} FROM found))"
        f" SELECT found.{AT}, found.{WAY}, seen.* FROM found JOIN seen ON seen.{PERSON} = found.{PERSON}"
        f" ORDER BY found.{AT}, found.{PERSON}, found.{WAY}"
    )
    heads = tuple(_head(item, is_full=sight.full) for item in chosen)
    return ListQuery(sql, parameters.values, heads)


def _where(split: Split | None, topic: Topic) -> Sequence[str]:
    """Where the person lives, where the list is to be split."""
    return [] if split is None else [f"{split.part(topic.base)} AS {PART}", f"{split.place(topic.base)} AS {PLACE}"]


def _listed(topic: Topic, name: str) -> Item | Summary:
    if name not in topic.listed:
        raise unknown_item("列")
    return topic.listed[name]


def _head(item: Item | Summary, *, is_full: bool) -> ResultColumn:
    """A protected item is text, in full with the words of its codes."""
    kind = "text" if item.is_protected else item.kind
    codes = item.codes if is_full or not item.is_protected else None
    return ResultColumn(item.name, item.label, kind, codes, item.is_protected and not is_full)


def _shown(items: Sequence[Item], day: date, parameters: Parameters, reached: Reached) -> Iterable[str]:
    """Each item as it may leave: a protected one masked, but in full view where the row's grants open it."""
    for item in items:
        value = expressions.value(item, day, parameters)
        if item.is_protected:
            opened = reached.opened(item.table, item.level) if reached.sight.full else "false"
            value = expressions.masked(item, value, opened)
        yield f"{value} AS {item.name}"


def _asked(listed: Iterable[Listed], parameters: Parameters) -> str:
    """The numbers as three lists; they are parameters, like every value.

    Each list is one text: DuckDB takes a quarter of a millisecond for every element of a list that it is given.
    """
    places: list[str] = []
    ways: list[str] = []
    keys: list[str] = []
    for place, one in enumerate(listed):
        wanted = [(Way.ID, key) for key in one.ids]
        wanted += [(Way.NUMBER, one.number)] if one.number else []
        wanted += [(Way.STRIPPED, one.stripped)] if one.stripped else []
        for way, key in wanted:
            places.append(str(place))
            ways.append(way.value)
            keys.append(key)
    given = [parameters.add(_BETWEEN.join(values)) for values in (places, ways, keys)]
    columns = [f"unnest(string_split({one}::VARCHAR, chr({ord(_BETWEEN)})))" for one in given]
    return f"SELECT try_cast({columns[0]} AS INTEGER) AS place, {columns[1]} AS way, {columns[2]} AS key"


def judge(listed: Listed, hits: Sequence[Mapping[str, Any]]) -> Answer:
    """What became of one row, from the persons that its numbers found."""
    kept = _kept(listed, hits)
    persons = {hit[PERSON] for hit in kept}
    if len(persons) > 1:
        repairs, remark = _said(listed, False), f"对应 {len(persons)} 人，请用其他号码核对"
        return Answer(Verdict.SEVERAL, repairs, remark)
    if not persons:
        verdict = Verdict.WRONG if listed.problem else Verdict.MISSING
        return Answer(verdict, _said(listed, False), _joined(listed.problem, listed.note))
    ways = {hit[WAY] for hit in kept}
    as_held = f"{listed.problem}，库中登记的就是这个号码" if listed.problem and Way.ID in ways else ""
    repairs = _said(listed, ways == {Way.STRIPPED})
    return Answer(Verdict.FOUND, repairs, _joined(as_held, listed.note), kept[0])


def _kept(listed: Listed, hits: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """A text cell says its zeros itself: where just that number is known, others with zeros before it are not meant."""
    exact = [hit for hit in hits if hit[WAY] != Way.STRIPPED]
    return exact if exact and listed.is_text else hits


def _said(listed: Listed, zeros: bool) -> str:
    repairs = (*listed.repairs, *((_BY_ZEROS,) if zeros else ()))
    return f"{_REPAIRED}：{'、'.join(repairs)}" if repairs else ""


def _joined(*parts: str) -> str:
    return "；".join(part for part in parts if part)
