"""Nights as people read them: which one is served, what was refused and why, and what to do in one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.conf import settings
from django.db.models import Count, F, Prefetch, Q, QuerySet

from huiliu.apps.datahub.models import Kind, Level, Night, NightCheck, Outcome, Standing, Verdict
from huiliu.apps.datahub.selectors.certificates import CertificateLine, certificate_line
from huiliu.apps.datahub.selectors.display import catalog, code_meaning
from huiliu.kernel.money import format_yuan
from huiliu.lake.home import LakeHome
from huiliu.lake.landed import find, load
from huiliu.lake.pins import pins
from huiliu.lake.records import Pointer
from huiliu.lake.wording import worded
from huiliu.web.tables import Cell, Column, Table

PAGE_SIZE = 30
PARTS = {"differing": (Verdict.FAIL, Verdict.WARN), "not_compared": (Verdict.NONE,), "agreed": (Verdict.PASS,)}
NOTHING_WRITTEN = "这一批在核对时被拒收或暂缓，没有写入任何表；在用数据不受影响。"
LATE_AFTER_DAYS = 2  # T+1: one missed night is late, the second makes the library stale

Tone = Literal["pass", "warn", "fail", "none"]
LEVEL_TONES: Mapping[str, Tone] = {Level.A: "pass", Level.B: "pass", Level.C: "warn"}


@dataclass(frozen=True)
class VerdictLine:
    """Colour, word, number and next step in one line; the colour is never the only sign.

    `night` is the key of the night that the next step is about, if it is about one.
    """

    tone: Tone
    word: str
    detail: str
    advice: str = ""
    night: str = ""


@dataclass(frozen=True)
class Kept:
    """The batch's own copy, from which the night can be taken again."""

    files: int
    bytes: int
    at: datetime


@dataclass(frozen=True)
class NightPage:
    """One night with its checks, failed first, and its neighbours by business date."""

    night: Night
    checks: Sequence[NightCheck]
    verdict: VerdictLine
    served: bool
    previous: Night | None
    following: Night | None
    landed: Kept | None = None
    pins: Sequence[str] = ()
    expired: bool = False

    @property
    def rows(self) -> list[dict[str, str]]:
        """The checks as the check list draws them, tables by their Chinese label."""
        return [_check_row(check) for check in self.checks]

    @property
    def parts(self) -> Mapping[str, Sequence[dict[str, str]]]:
        """The same in three: what differs or needs a look, what was not compared, what agreed."""
        return {part: [row for row in self.rows if row["verdict"] in verdicts] for part, verdicts in PARTS.items()}

    @property
    def tables(self) -> Table:
        """What was delivered and what the library holds after it, a line a table."""
        place = {name: number for number, name in enumerate(catalog().tables)}
        records = sorted(self.night.tables, key=lambda record: place.get(record["table"], len(place)))
        rows = [_table_row(record) for record in records]
        return Table(TABLE_COLUMNS, rows, empty="没有各表数字", hint=NOTHING_WRITTEN)

    @property
    def certificate(self) -> CertificateLine | None:
        """The night's certificate, its signature verified now."""
        return certificate_line(self.night)

    @property
    def quarantined(self) -> int:
        """Rows that wait in quarantine after this commit."""
        return sum(record.get("quarantined", 0) for record in self.night.tables)

    @property
    def seconds(self) -> str:
        """How long the night took."""
        return _seconds(self.night.seconds)

    @property
    def division(self) -> str:
        """Code and name of the division."""
        return f"{self.night.division} {code_meaning('division', self.night.division)}".strip()

    @property
    def tallies(self) -> Sequence[tuple[str, str, int]]:
        """Verdict code, word and number of checks, worst first, only those that occur."""
        counts = {verdict: sum(check.verdict == verdict for check in self.checks) for verdict in Verdict.values}
        return [(v.value, v.label, counts[v.value]) for v in Verdict if counts[v.value]]


@dataclass(frozen=True)
class NightLine:
    """One row of the list."""

    night: Night
    verdict: VerdictLine
    served: bool
    failed: Sequence[dict[str, str]]


def nights() -> QuerySet[Any]:
    """All nights, newest business date first, with the number of failed checks.

    The order is given again, for an annotated count drops the model's own.
    """
    found = Night.objects.annotate(failures=Count("checks", filter=Q(checks__verdict=Verdict.FAIL)))
    return found.order_by(F("business_date").desc(nulls_first=True), "-run_at", "-pk")


def night_lines(rows: Any, pointer: Pointer | None) -> list[NightLine]:
    """Rows of the list, from `nights()` or a slice of it, in two queries: nights, and the checks that failed."""
    failed = Prefetch("checks", NightCheck.objects.filter(verdict=Verdict.FAIL), to_attr="failed")
    return [
        NightLine(night, verdict_line(night), is_served(night, pointer), [_check_row(c) for c in night.failed])
        for night in rows.prefetch_related(failed)
    ]


def night_page(key: str, pointer: Pointer | None) -> NightPage | None:
    """One night by its address key."""
    night = nights().filter(key=key).first()
    if night is None:
        return None
    lake = LakeHome(settings.HOME.lake)
    return NightPage(
        night=night,
        checks=list(night.checks.all()),
        verdict=verdict_line(night),
        served=is_served(night, pointer),
        previous=_neighbour(night, later=False),
        following=_neighbour(night, later=True),
        landed=_kept(night),
        pins=[pin.reason for pin in pins(lake) if pin.snapshot == night.snapshot],
        expired=night.snapshot in lake.expired_snapshots(),
    )


def _kept(night: Night) -> Kept | None:
    folder = find(LakeHome(settings.HOME.lake), night.digest) if night.digest else None
    landed = load(folder) if folder else None
    return (
        Kept(len(landed.files), sum(file.size for file in landed.files.values()), landed.landed_at) if landed else None
    )


def published_night(key: str) -> Night | None:
    """One published commit by its address key."""
    return Night.objects.filter(key=key, outcome=Outcome.PUBLISHED).first()


def _neighbour(night: Night, *, later: bool) -> Night | None:
    """The next or the previous night that has a business date; runs of one date in the order they were run."""
    if night.business_date is None:
        return None
    sign, order = ("gt", "") if later else ("lt", "-")
    same_day = Q(**{"business_date": night.business_date, f"run_at__{sign}": night.run_at})
    return (
        Night.objects.filter(Q(**{f"business_date__{sign}": night.business_date}) | same_day)
        .order_by(f"{order}business_date", f"{order}run_at")
        .first()
    )


def _check_row(check: NightCheck) -> dict[str, str]:
    row = {name: getattr(check, name) for name in ("code", "name", "verdict")}
    counted = bool(check.table)
    values = {side: worded(getattr(check, side), code=check.code, counted=counted) for side in ("expected", "actual")}
    return row | values | {"table": table_label(check.table), "where": _where(check)}


def _where(check: NightCheck) -> str:
    """A column's code with its label; any other place as it is."""
    table = catalog().tables.get(check.table) if check.table else None
    column = table.by_code.get(check.where) or table.by_name.get(check.where) if table else None
    return f"{check.where} {column.label}" if column else check.where


def table_label(name: str) -> str:
    """The Chinese label of a table; one that the catalogue has lost shows its name."""
    found = catalog().tables.get(name) if name else None
    return found.label if found else name


def _table_row(record: Mapping[str, Any]) -> dict[str, Any]:
    done = record["operations"]
    level = record["level"]
    return {
        "table": table_label(record["table"]),
        "mode": MODES.get(record["mode"], record["mode"]),
        "rows": record["rows"],
        "inserted": done.get("I"),
        "updated": done.get("U"),
        "deleted": done.get("D"),
        "closing_rows": record["closing_rows"],
        "quarantined": record.get("quarantined") or None,
        "sums": _sums(record["table"], record["closing_sums"]),
        "level": Cell(f"{level} {Level(level).label}", state=LEVEL_TONES[level]),
    }


def _sums(table: str, sums: Mapping[str, str]) -> str:
    found = catalog().tables.get(table)
    labels = {name: found.by_name[name].label for name in sums if found and name in found.by_name}
    return "；".join(f"{labels.get(name, name)} {format_yuan(Decimal(value))}" for name, value in sums.items())


MODES = {"full": "全量", "increment": "增量", "range": "按范围替换", "none": "未交付"}
TABLE_COLUMNS = (
    Column("table", "表"),
    Column("level", "证明级别"),
    Column("mode", "方式"),
    Column("rows", "交付行数", "int", missing="未交付"),
    Column("inserted", "新增", "int"),
    Column("updated", "修改", "int"),
    Column("deleted", "删除", "int"),
    Column("closing_rows", "入库后行数", "int"),
    Column("quarantined", "在隔离区", "int", missing="无", optional=True),
    Column("sums", "入库后控制合计（元）", missing="无金额列", optional=True),
)


def is_served(night: Night, pointer: Pointer | None) -> bool:
    """Whether readers see this night now (在用)."""
    return pointer is not None and night.snapshot == pointer.snapshot


def verdict_line(night: Any) -> VerdictLine:
    """What became of one night; `failures` must be annotated."""
    if night.outcome == Outcome.REFUSED:
        detail = f"{night.business_date or '日期不明'}，{night.failures} 项不一致，未入库"
        return VerdictLine("fail", "已拒收", detail, "请对照下列应为与实为，联系数据提供方重新推送该批次。")
    if night.outcome == Outcome.HELD:
        return VerdictLine("warn", "暂缓", f"{night.business_date or '日期不明'}，未入库", "前面的批次补齐后自动入库。")
    if night.standing in {Standing.SUPERSEDED, Standing.WITHDRAWN}:
        detail = f"{_what(night)}，入库时{level_words(night.level)}"
        return VerdictLine("none", night.get_standing_display(), detail)
    line = VerdictLine(LEVEL_TONES[night.level], level_words(night.level), _what(night), LEVEL_ADVICE[night.level])
    return with_quarantine(line, quarantined(night))


def _what(night: Any) -> str:
    """Day and size of a night; a return or a decision has no rows of its own, its kind is said instead."""
    took = f"用时 {_seconds(night.seconds)} 秒"
    if night.kind in {Kind.NIGHT, Kind.REPLAY}:
        again = f"{night.get_kind_display()} " if night.kind == Kind.REPLAY else ""
        return f"{night.business_date} {again}共 {len(night.tables)} 表 {night.rows:,} 行 {took}"
    return f"{night.business_date} {night.get_kind_display()} {took}"


def quarantined(night: Any) -> int:
    """Rows that wait in quarantine after a night; nights before there was one have none."""
    return sum(int(table.get("quarantined", 0)) for table in night.tables)


def with_quarantine(line: VerdictLine, waiting: int) -> VerdictLine:
    """The line of a published night, amber while rows of it are not loaded."""
    if not waiting:
        return line
    tone: Tone = "warn" if line.tone == "pass" else line.tone
    detail, advice = f"{line.detail}，另有 {waiting:,} 行在隔离区", line.advice or WAITING_ADVICE
    return replace(line, tone=tone, detail=detail, advice=advice)


def level_words(level: str) -> str:
    """`完整（A 级）`."""
    return f"{Level(level).label}（{level} 级）"


def _seconds(seconds: Decimal) -> str:
    if seconds < Decimal("0.05"):
        return "不足 0.1"
    return f"{seconds:.1f}" if seconds < 10 else f"{seconds:,.0f}"


WAITING_ADVICE = "请到“隔离区”按原因核对，等省级更正或申请处理。"
LEVEL_ADVICE: Mapping[str, str] = {
    Level.A: "",
    Level.B: "",
    Level.C: "提供方没有给出完整的核对总数，不能证明没有缺行；请按批次约定索取清单。",
}


def state_of_library(pointer: Pointer | None, today: date) -> VerdictLine:
    """The one line of the workbench: is the library fresh, how well is it proved, what is to be done."""
    if pointer is None:
        return VerdictLine("none", "尚无数据", "还没有批次入库", "请把批次放入 inbox 目录，再运行 ./run night。")
    newest = nights().filter(outcome=Outcome.REFUSED, business_date__gt=pointer.business_date).first()
    if newest:
        in_use = f"在用数据截至 {pointer.business_date}，{level_words(pointer.level)}"
        detail = f"{newest.business_date} 批次 {newest.failures} 项不一致；{in_use}"
        advice = "请打开该批次，对照应为与实为，联系数据提供方重新推送。"
        refused = VerdictLine("fail", "已拒收", detail, advice, newest.key)
        return with_quarantine(refused, _waiting(pointer))
    line = with_quarantine(_freshness(pointer, today), _waiting(pointer))
    return replace(line, advice=line.advice or "无需处理。")


def _waiting(pointer: Pointer) -> int:
    """Rows in quarantine beside what is published."""
    served = Night.objects.filter(snapshot=pointer.snapshot).only("tables").first()
    return quarantined(served) if served else 0


def is_late(pointer: Pointer, today: date) -> bool:
    """Whether the library has missed more nights than one may miss."""
    return (today - pointer.business_date).days > LATE_AFTER_DAYS


def _freshness(pointer: Pointer, today: date) -> VerdictLine:
    word = level_words(pointer.level)
    if is_late(pointer, today):
        age = (today - pointer.business_date).days
        detail = f"{word}，数据截至 {pointer.business_date}，距今 {age} 天"
        return VerdictLine("warn", "未更新", detail, "请检查 inbox 目录是否收到新批次，并查看夜间任务日志。")
    detail, advice = f"数据截至 {pointer.business_date}", LEVEL_ADVICE[pointer.level]
    return VerdictLine(LEVEL_TONES[pointer.level], word, detail, advice)
