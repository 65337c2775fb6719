"""`night`: run the night in this process and print every control of every batch."""

from collections.abc import Iterable
from functools import cache

from rich.table import Table as Grid
from rich.text import Text

from huiliu.cli.console import VERDICTS, bars, out, wide
from huiliu.cli.fetch import print_fetched
from huiliu.lake.records import Check, NightRecord, Outcome

COLOURS = {
    Outcome.PUBLISHED: "green",
    Outcome.UNCHANGED: "dim",
    Outcome.REFUSED: "red",
    Outcome.HELD: "yellow",
    Outcome.WAITING: "yellow",
    Outcome.WITHDRAWN: "yellow",
}
STANDINGS = {"superseded": "已被更正", "withdrawn": "已撤回"}
KINDS = {"replay": "重新入库", "restore": "回退", "quarantine": "隔离区处理"}


def run() -> int:
    """Print what the night did; 1 if a source, a batch, a rule or a signature failed or was held, else 0."""
    from huiliu.config.boot import boot, migrate

    migrate(boot("night"))
    from huiliu import nightly

    with bars() as progress:
        result = nightly.run(progress=progress)
    print_fetched(result.fetched)
    for night in result.results:
        print_night(night)
    for code, clues in result.clues.items():
        out.print(f"规则 {code}：疑点 {clues} 条")
    for code, error in result.failed_rules.items():
        out.print(f"✗ 规则 {code}：没有筛查，已有疑点不变。{error}", style="red", markup=False)
    if result.uncertified:
        out.print(f"✗ 证书没有签发，下次运行时补签。{result.uncertified}", style="red", markup=False)
    print_served()
    refused = any(n.outcome in (Outcome.REFUSED, Outcome.HELD) and not n.passed_by for n in result.results)
    unfetched = any(fetched.state == "failed" for fetched in result.fetched)
    return int(refused or unfetched or bool(result.failed_rules or result.uncertified))


def print_night(night: NightRecord) -> None:
    """The verdict line, the controls table by table, and each failed check in full."""
    out.print(verdict_line(night))
    if night.outcome is Outcome.UNCHANGED or night.passed_by:
        return
    if night.outcome is Outcome.PUBLISHED:
        wide(controls(night))
    for check in night.checks:
        if check.verdict in ("fail", "warn") or night.outcome in (Outcome.WAITING, Outcome.WITHDRAWN):
            out.print(check_line(check))


@cache
def _labels() -> dict[str, str]:
    """Chinese label of every table, this installation's own ones included."""
    from django.conf import settings

    from huiliu.catalog import Catalog

    return {name: table.label for name, table in Catalog.load(*settings.HUILIU_CATALOG_ROOTS).tables.items()}


def _table(name: str | None) -> str:
    return f"{_labels().get(name, '')} {name}".strip() if name else "批次"


def verdict_line(night: NightRecord) -> Text:
    """Colour, word, number, in one line; never colour alone. A night that holds no longer says so."""
    gone = STANDINGS.get(night.standing, "")
    line = Text("● ", style="yellow" if gone else COLOURS[night.outcome])
    line.append(f"{night.batch} {gone or night.outcome.words}", style="yellow" if gone else COLOURS[night.outcome])
    if night.outcome is Outcome.PUBLISHED and night.kind in KINDS:
        line.append(f"  {KINDS[night.kind]}")
    if night.passed_by:
        line.append("  其后各日已入库，不再检验；原因见 lake nights", style="dim")
    if night.level:
        line.append(f"  {night.level.words}（{night.level} 级）")
    if night.tables:
        rows = sum(table.rows for table in night.tables)
        line.append(f"  {len(night.tables)} 表 {rows:,} 行  用时 {night.seconds:.1f} 秒")
    return line


def controls(night: NightRecord) -> Grid:
    """One row a table: each control as it was compared, with the number of rows and sums the library now holds."""
    grid = Grid(box=None, padding=(0, 2), pad_edge=True, header_style="dim")
    for heading in ("表", "级别", "交付行数", "新增/修改/删除", "合计核对", "期末行数", "期末合计（元）", "全部核对"):
        grid.add_column(heading, justify="left" if heading in ("表", "级别", "全部核对") else "right")
    for table in night.tables:
        operations = "/".join(f"{table.operations.get(key, 0):,}" for key in "IUD")
        mine = [check for check in night.checks if check.table == table.table]
        sums = "；".join(f"{value}" for value in table.closing_sums.values()) or "—"
        grid.add_row(
            _table(table.table),
            str(table.level),
            f"{table.rows:,}",
            operations,
            _tally(check for check in mine if "SUM" in check.code.upper()),
            f"{table.closing_rows:,}",
            sums,
            _tally(mine),
        )
    return grid


def _tally(checks: Iterable[Check]) -> str:
    found = list(checks)
    words = [f"{VERDICTS[v][0]} {n}" for v in VERDICTS if (n := sum(check.verdict == v for check in found))]
    return " ".join(words) or "—"


def check_line(check: Check) -> Text:
    """A check that is not equal: which table, what was expected, what was found, where."""
    word, colour = VERDICTS[check.verdict]
    line = Text("  ")
    line.append(f"{word} ", style=colour)
    line.append(f"{_table(check.table)}  {check.name}")
    if check.expected is not None:
        line.append(f"  应为 {check.expected}")
    if check.actual is not None:
        line.append(f"  实为 {check.actual}")
    if check.where:
        line.append(f"  {check.where}", style="dim")
    line.append(f"  {check.code}", style="dim")
    return line


def print_served() -> None:
    """Which night readers see now."""
    from django.conf import settings

    from huiliu.lake.snapshot import Library

    pointer = Library(settings.HOME.lake).pointer()
    if pointer is None:
        out.print("回流库还没有已发布的批次。把批次目录放入收件目录后再次运行。")
        return
    out.print(f"在用：{pointer.business_date}（批次 {pointer.batch}，{pointer.level.words}，快照 {pointer.snapshot}）")
