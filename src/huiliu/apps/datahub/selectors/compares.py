"""Comparisons with front-end sources as people read them; keys as far as one may, other values were never kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.datahub.selectors.keyed import KEY_LENGTH, keyed
from huiliu.apps.datahub.selectors.nights import Tone, VerdictLine, table_label
from huiliu.kernel.masking import Level, is_open, mask
from huiliu.lake.compare.narrow import WORDS, Difference, Kind
from huiliu.lake.compare.results import Comparison, kept
from huiliu.lake.home import LakeHome
from huiliu.lake.tables import Column as LakeColumn
from huiliu.web.tables import Column, Table

LISTED = 500  # differences that a page shows


@dataclass(frozen=True)
class CompareLine:
    """One comparison in the list; `key` stands in its address."""

    key: str
    comparison: Comparison

    @property
    def label(self) -> str:
        """The table's Chinese label."""
        return table_label(self.comparison.table)

    @property
    def verdict(self) -> VerdictLine:
        """Equal or not, how many rows, and what to do."""
        found = self.comparison.outcome
        rows = f"库 {found.ours:,} 行，来源 {found.theirs:,} 行"
        asked = f"{rows}，往返 {found.exchanges} 次，用时 {self.comparison.seconds:.1f} 秒"
        if found.equal:
            return VerdictLine("pass", "逐行一致", asked)
        parts = [f"{WORDS[kind]} {count:,} 行" for kind, count in self._counts()]
        parts += [f"另有 {found.unlisted:,} 行所在的键段不一致，未逐行列出"] if found.unlisted else []
        parts += [f"其中 {self.comparison.aside:,} 行在隔离区"] if self.comparison.aside else []
        explained = self.comparison.aside == len(found.differences) and not found.unlisted
        tone: Tone = "fail" if self.same_day and not explained else "warn"
        return VerdictLine(tone, "不一致", f"{'，'.join(parts)}；{asked}", self._advice())

    @property
    def next(self) -> str:
        """What the list offers to look at."""
        return "查看核对情况" if self.comparison.outcome.equal else "查看差异"

    @property
    def same_day(self) -> bool:
        """Whether both sides speak of the same business date, so that a difference is a fault."""
        return self.comparison.source_date == self.comparison.business_date

    def _counts(self) -> list[tuple[Kind, int]]:
        counts = self.comparison.counts()
        return [(kind, counts[kind]) for kind in WORDS if kind in counts]

    def _advice(self) -> str:
        day = self.comparison.source_date
        if day is None:
            return "来源没有说明数据截至哪一天：请先排除库中日期之后的正常变化。"
        if day != self.comparison.business_date:
            return f"来源的数据截至 {day}，与库中日期不同：其间的变化也列为不一致。"
        return "请与数据提供方核对下列各键，必要时请其重新推送，或按全量重新取数。"


@dataclass(frozen=True)
class ComparePage:
    """One comparison with its differing rows."""

    line: CompareLine
    with_cells: bool = False

    @property
    def columns(self) -> Sequence[tuple[str, int]]:
        """Labels of the columns that differ and in how many rows, most first."""
        changed = self.line.comparison.columns_changed()
        return sorted(((self._label(name), count) for name, count in changed.items()), key=lambda pair: -pair[1])

    @property
    def differences(self) -> Table:
        """The first `LISTED` differing rows: what kind, which key, which columns."""
        found = self.line.comparison.outcome.differences
        grain = self.line.comparison.columns[: self.line.comparison.grain]
        columns = (
            Column("kind", "差异"),
            *(Column(name, self._label(name), "code" if self._is_open(name) else "masked") for name in grain),
            Column("columns", "不同的列", missing="—"),
        )
        rows = [self._row(difference, grain) for difference in found[:LISTED]]
        caption = f"共 {len(found):,} 行，列出前 {LISTED} 行" if len(found) > LISTED else ""
        return Table(columns, rows, empty="没有不一致的行", hint="两边逐行相同。", caption=caption)

    def _row(self, difference: Difference, grain: Sequence[str]) -> Mapping[str, str]:
        cells = {name: self._masked(name, text) for name, text in zip(grain, difference.key, strict=True)}
        kind = WORDS[difference.kind] + ("（在隔离区）" if difference.aside else "")
        return {"kind": kind, **cells, "columns": "、".join(map(self._label, difference.columns))}

    def _masked(self, name: str, text: str | None) -> str:
        """Whoever may not see persons of the whole city sees of a number that stands for one only its ends."""
        if self._is_open(name):
            return text or ""
        column = self._column(name)
        kind = column.kind if column else "text"
        return mask("bank_account" if kind == "id" else kind, text)

    def _is_open(self, name: str) -> bool:
        """By the column's level as on every page; no one's county says whose rows these are, so L2 needs the whole."""
        column = self._column(name)
        return column is not None and (column.level == Level.L1 or (self.with_cells and is_open(column.level)))

    def _column(self, name: str) -> LakeColumn | None:
        return next((column for column in self._columns() if column.name == name), None)

    def _columns(self) -> Sequence[LakeColumn]:
        table = catalog().tables.get(self.line.comparison.table)
        return table.columns if table else ()

    def _label(self, name: str) -> str:
        return next((column.label for column in self._columns() if column.name == name), name)


def compare_lines() -> list[CompareLine]:
    """Kept comparisons, newest first."""
    return [CompareLine(_key(each), each) for each in kept(LakeHome(settings.HOME.lake))]


def compare_page(key: str, *, with_cells: bool = False) -> ComparePage | None:
    """One comparison by its address key, keys as columns say if `with_cells`; None if there is none."""
    found = (line for line in compare_lines() if line.key == key)
    line = next(found, None)
    return ComparePage(line, with_cells) if line else None


def _key(comparison: Comparison) -> str:
    return keyed("compare", comparison.name)[:KEY_LENGTH]
