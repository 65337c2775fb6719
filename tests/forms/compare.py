"""What was read against what is printed: equal in meaning to the last printed digit, cell by cell."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from forms.layouts.page import Printed

_BLANK = re.compile(r"[-—–―─/]*|无")
_NUMBER = re.compile(r"([≥≤=<>]?)(-?[\d,]+(?:\.\d+)?)([^\d.]*)")
_DAY = re.compile(r"(\d{4})[年/-](\d{1,2})[月/-](\d{1,2})日?(?:T?00:00:00)?")
_ROW = re.compile(r"indicators\[(\d+)\]\.(\w+)")
_LINE = re.compile(r"budget\.rows\[(.+)\]\.(\w+)")
_TEMPLATE = re.compile(r"(?:指标\d*|[.…·]+|/)?")
_LEVELS = ("level1", "level2")
_COLUMN_UNITS = ("万元", "元", "分")
_FREE_UNITS = re.compile(r"(?:budget\.(?!unit)|total|indicators\[\d+\]\.(?:weight|score)).*")
# The total line among the lines of money, the usual unit of money, and what is said about the file.
_COMPANIONS = re.compile(
    r"budget\.unit|budget\.rows\[.*(?:总额|合计|总金额)[:：]?\]\..*|(?:id|file|source|notes|completeness)\b.*"
)


@dataclass(frozen=True)
class Outcome:
    """Paths: `wrong` read as something else, `missing` not read, `invented` read where nothing of the kind stands."""

    right: int
    wrong: tuple[str, ...]
    missing: tuple[str, ...]
    invented: tuple[str, ...]

    @property
    def cells(self) -> int:
        """All cells that say something, and those that were made up."""
        return self.right + len(self.wrong) + len(self.missing) + len(self.invented)


def compare(printed: Printed, read: Mapping[str, str]) -> Outcome:
    """Levels of merged cells may be read once or for every row; lines of the template and of sums may be left out."""
    got = _rows_closed_up({_key(path): text for path, text in read.items()})
    right, wrong, missing = 0, [], []
    wanted = {_key(path): (path, text) for path, text in printed.expected.items() if not _blank(text)}
    for key, (path, text) in wanted.items():
        found = got.get(key) or _level_above(got, key) or ""
        if _blank(found):
            missing.append(path)
        elif any(same(key, each, found) for each in (text, *printed.other.get(path, ()))):
            right += 1
        else:
            wrong.append(path)
    invented = [key for key, text in got.items() if not (key in wanted or _blank(text) or _COMPANIONS.fullmatch(key))]
    return Outcome(right, tuple(wrong), tuple(missing), tuple(invented))


def same(path: str, printed: str, read: str) -> bool:
    """Equal words without white space; equal days; equal numbers at the printed decimals; 0.978 for 97.8%.

    A unit may only be left out where the column gives it: money, points.
    """
    one, other = _plain(printed), _plain(read)
    if one == other or (_day(one) is not None and _day(one) == _day(other)):
        return True
    a, b = _NUMBER.fullmatch(one), _NUMBER.fullmatch(other)
    if not a or not b or a[1] != b[1]:
        return False
    first, second = Decimal(a[2].replace(",", "")), Decimal(b[2].replace(",", ""))
    if a[3] == "%" and not b[3] and abs(second) <= 2:
        return first == _rounded(second * 100, a[2])
    bare = not b[3] and a[3] in _COLUMN_UNITS and _FREE_UNITS.fullmatch(path) is not None
    return (a[3] == b[3] or bare) and first == _rounded(second, a[2])


def _day(text: str) -> tuple[int, ...] | None:
    found = _DAY.fullmatch(text)
    return tuple(int(part) for part in found.groups()) if found else None


def _rounded(number: Decimal, like: str) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-len(like.partition(".")[2])), ROUND_HALF_UP)


def _plain(text: str) -> str:
    whole = unicodedata.normalize("NFKC", "".join(text.split())).replace("百分比", "%").replace("~", "-")
    return whole.replace("⩾", "≥").replace("⩽", "≤")


def _blank(text: str) -> bool:
    return _BLANK.fullmatch("".join(text.split())) is not None


def _key(path: str) -> str:
    line = _LINE.fullmatch(path)
    if line is None:
        return path
    name = re.sub(r"^其中[:：]?", "", "".join(line[1].split())).rstrip(":：")
    return f"budget.rows[{name}].{line[2]}"


def _rows_closed_up(read: Mapping[str, str]) -> dict[str, str]:
    """The rows numbered anew without those of the template, which say nothing but a name."""
    rows: dict[int, dict[str, str]] = {}
    rest = {}
    for path, text in read.items():
        if row := _ROW.fullmatch(path):
            rows.setdefault(int(row[1]), {})[row[2]] = text
        else:
            rest[path] = text
    kept = [rows[number] for number in sorted(rows) if not _template(rows[number])]
    return rest | {f"indicators[{n}].{field}": text for n, row in enumerate(kept) for field, text in row.items()}


def _template(row: Mapping[str, str]) -> bool:
    says = any(not _blank(text) for field, text in row.items() if field not in (*_LEVELS, "level3"))
    return not says and _TEMPLATE.fullmatch("".join(row.get("level3", "").split())) is not None


def _level_above(got: Mapping[str, str], key: str) -> str | None:
    row = _ROW.fullmatch(key)
    if row is None or row[2] not in _LEVELS:
        return None
    above = (got.get(f"indicators[{number}].{row[2]}") for number in range(int(row[1]) - 1, -1, -1))
    return next((text for text in above if text), None)
