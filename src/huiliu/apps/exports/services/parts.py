"""The parts of a split list: a file name for each place, their 目录, and that together they are the whole list."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from huiliu.apps.exports.services.sources import Part
from huiliu.documents.listing import Head, ListColumn, ListWriter, file_name
from huiliu.kernel.errors import HuiliuError

INDEX = "目录"
NOT_SAID = "未填写"
_LONGEST_PLACE = 24  # with title and code within what `file_name` takes
_COLUMNS = (
    ListColumn("文件", "text", "L1"),
    ListColumn("地区代码", "code"),
    ListColumn("地区"),
    ListColumn("行数", "int"),
)


@dataclass(frozen=True)
class Filed:
    """A finished file of an export: its name, the part that it holds, and its rows as they were written."""

    name: str
    code: str
    rows: int


def part_stems(title: str, parts: Sequence[Part]) -> dict[str, str]:
    """Names of files by the codes of their parts, without ending: the place's, with its code where two are alike.

    Whatever places and codes are called, no two are: a file would go over another when the archive is opened.
    """
    plain = {part.code: file_name(title, _place(part)[:_LONGEST_PLACE]) for part in parts}
    times = Counter(stem.casefold() for stem in plain.values())
    taken = {stem.casefold() for stem in plain.values() if times[stem.casefold()] == 1}
    found: dict[str, str] = {}
    for part in parts:
        stem = plain[part.code]
        found[part.code] = stem if times[stem.casefold()] == 1 else _coded(title, part, taken)
        taken.add(found[part.code].casefold())
    return found


def _coded(title: str, part: Part, taken: Container[str]) -> str:
    """With the code, and with a number too where codes differ in nothing that a name may have."""
    named = (_place(part)[:_LONGEST_PLACE], part.code[:_LONGEST_PLACE])
    tries = (file_name(title, *named, *([str(number)] if number > 1 else [])) for number in count(1))
    return next(stem for stem in tries if stem.casefold() not in taken)


def _place(part: Part) -> str:
    return part.name if part.code else NOT_SAID


def check_whole(filed: Iterable[Filed], parts: Sequence[Part] | None, rows: int) -> None:
    """EXPORT-011 unless exactly the rows that were counted are written, of each part and altogether."""
    written = {each.code: each.rows for each in filed}
    expected = written if parts is None else {part.code: part.rows for part in parts}
    if sum(written.values()) != rows or written != expected:
        hint = "库中的数据在生成期间可能有更新，请重新导出；若仍如此，请告知信息技术人员。"
        facts = {"written": sum(written.values()), "counted": rows, "files": len(written), "parts": len(expected)}
        raise HuiliuError(code="EXPORT-011", message="写出的行数与统计的不一致，没有导出", hint=hint, facts=facts)


def index_head(head: Head) -> Head:
    """Title and columns of 目录."""
    return Head(f"{head.title}{INDEX}", _COLUMNS, head.mark)


def index_write(writer: ListWriter, filed: Sequence[Filed], parts: Sequence[Part]) -> None:
    """A line for each file and one for all of them."""
    places: Mapping[str, str] = {part.code: _place(part) for part in parts}
    writer.write([[each.name, each.code, places[each.code], each.rows] for each in filed])
    writer.write([["合计", "", f"{len(filed)} 个文件", sum(each.rows for each in filed)]])
    writer.close()
