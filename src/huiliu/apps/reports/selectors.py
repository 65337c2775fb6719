"""Reports as they are read: which there are, which editions, and of those the parts within somebody's reach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.conf import settings
from django.db.models import Max

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.accounts.selectors import active_grants, has_permission, scopes
from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.datahub.selectors.library import Source, library, nights_by_day, page_as_of
from huiliu.apps.reports.models import ReportCheck, ReportEdition, ReportPart, ReportRequest
from huiliu.apps.reports.spans import ALL_SCHEMES, Reach, reach_of
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.periods import month_of, months_add
from huiliu.topics import StandingReport
from huiliu.topics.standing import month_end
from huiliu.topics.standing_sheet import ALL, Key, Line, Sheet, sheet
from huiliu.web.asof import AsOf

USE, LIST = "query.reports", "query.view_list"
MONTHS = 13  # the month that ended last, and the twelve before it: one of them is its month of last year


def reports() -> Sequence[StandingReport]:
    """All reports, by the words of their labels' topics."""
    return sorted(catalog().standing_reports.values(), key=lambda report: (report.topic.label, report.label))


def report_by_name(name: str) -> StandingReport | None:
    """The report; None for a name that the catalogue does not have."""
    return catalog().standing_reports.get(name)


def reach(user: Any) -> Reach:
    """What somebody may read of every report."""
    return reach_of(scopes(user, USE))


def may_list(user: Any) -> bool:
    """Whether somebody may list all whom the reports count: then no group is too small to be shown."""
    listed = scopes(user, LIST)
    return bool(listed) and set(scopes(user, USE)) <= set(listed)


def reads_all(user: Any) -> bool:
    """Whether somebody is shown every figure of every report."""
    return reach(user).other == ALL_SCHEMES and may_list(user)


def spans_wanted() -> list[str]:
    """Every span that somebody reads today, all schemes always among them."""
    today = settings.HUILIU_CLOCK.now().date()
    users = {g.user for g in active_grants(today).select_related("user") if USE in _permissions(g.post)}
    return sorted({ALL_SCHEMES}.union(*(reach(user).spans for user in users)))


def _permissions(post: str) -> frozenset[str]:
    return POSTS[post].permissions if post in POSTS else frozenset()


@dataclass(frozen=True)
class Reading:
    """One month as somebody reads it: of each span its edition; `newest` tells number and dates.

    `report` is the report as it was when they were made.
    """

    report: StandingReport
    editions: Sequence[ReportEdition]

    @property
    def newest(self) -> ReportEdition:
        """The edition that the page speaks of."""
        return max(self.editions, key=lambda edition: edition.number)


def reading(report: StandingReport, month: int, reach: Reach, number: int | None = None) -> Reading | None:
    """The newest editions of a month within somebody's spans, or those up to a number; None where one is missing."""
    rows = ReportEdition.objects.filter(report=report.name, month=month, span__in=reach.spans)
    return _read(report, rows if number is None else rows.filter(number__lte=number), reach)


def _read(report: StandingReport, rows: Iterable[ReportEdition], reach: Reach) -> Reading | None:
    """Of each span the first; editions by different definitions are no one month."""
    found: dict[str, ReportEdition] = {}
    for edition in rows:
        found.setdefault(edition.span, edition)
    if not found or set(found) != reach.spans or len({edition.definition for edition in found.values()}) > 1:
        return None
    editions = tuple(found.values())
    same = editions[0].definition == report.definition
    return Reading(report if same else report.shaped(editions[0].shape), editions)


def months_made(report: str, reach: Reach) -> list[int]:
    """The months of which there is an edition for every span that is read, newest first."""
    rows = ReportEdition.objects.filter(report=report, span__in=reach.spans)
    spans: dict[int, set[str]] = {}
    for month, span in rows.order_by("-month").values_list("month", "span"):
        spans.setdefault(month, set()).add(span)
    return [month for month, held in spans.items() if held == reach.spans]


def newest_months(reach: Reach) -> dict[str, Reading]:
    """Of each report its newest month, in two queries."""
    last = ReportEdition.objects.filter(span__in=reach.spans).values("report").annotate(last=Max("month"))
    months = {row["report"]: row["last"] for row in last.order_by("report")}
    rows: dict[str, list[ReportEdition]] = {}
    for edition in ReportEdition.objects.filter(span__in=reach.spans, month__in=set(months.values())):
        if edition.month == months[edition.report]:
            rows.setdefault(edition.report, []).append(edition)
    read = {report.name: _read(report, rows.get(report.name, ()), reach) for report in reports()}
    return {name: found for name, found in read.items() if found is not None}


def editions_of(report: str, month: int, reach: Reach) -> list[ReportEdition]:
    """Every edition of a month within somebody's spans, newest first, one a number."""
    rows = ReportEdition.objects.filter(report=report, month=month, span__in=reach.spans)
    return list({edition.number: edition for edition in rows}.values())


def sheet_of(read: Reading, reach: Reach, *, may_list: bool) -> Sheet:
    """The figures within somebody's reach; STAND-005 where a kept row is no longer what was written."""
    rows = [row for edition in read.editions for part in _parts(edition, reach) for row in _lines(edition, part)]
    return sheet(read.report, rows, may_list=may_list)


def _parts(edition: ReportEdition, reach: Reach) -> list[ReportPart]:
    """Of an edition the divisions that are read in its span: the others are not even fetched."""
    here = {division for division, span in reach.own.items() if span == edition.span}
    if reach.other == edition.span:
        return list(edition.parts.exclude(division__in=set(reach.own) - here))
    return list(edition.parts.filter(division__in=here))


def _lines(edition: ReportEdition, part: ReportPart) -> Iterable[tuple[Key, Line]]:
    if part.digest != rows_digest(part.rows):
        message = f"报表第 {edition.number} 版的数据与生成时的摘要不一致"
        raise HuiliuError(code="STAND-005", message=message, hint="请告知信息技术人员；可点“现在生成”另出新版。")
    for depth, groups, values, subjects in part.rows:
        key = tuple(value if n < depth else ALL for n, value in enumerate(groups))
        yield (part.division or None, *key), Line(tuple(number_in(value) for value in values), subjects)


def rows_digest(rows: Any) -> str:
    """What is kept beside the rows of a part."""
    return f"sm3:{sm3(canonical_json(rows))}"


def number_in(value: Any) -> Any:
    """A figure as it was kept: amounts as text, so that no digit is lost."""
    return Decimal(value) if isinstance(value, str) else value


def as_of(edition: ReportEdition) -> AsOf | Literal["library"]:
    """数据截至 of a page: the day and level that the edition was counted from. It says itself that it is of a month."""
    day = edition.business_date
    return page_as_of(Source(edition.snapshot, "", "", day, edition.level, day))


def checks_of(report: str, month: int, reach: Reach) -> list[ReportCheck]:
    """When the month was last counted, for each span that is read."""
    return list(ReportCheck.objects.filter(report=report, month=month, span__in=reach.spans))


def request_of(report: str, month: int, user: Any) -> ReportRequest | None:
    """What somebody asked last for a month."""
    rows = ReportRequest.objects.filter(report=report, month=month, asked_by=user, job__isnull=False)
    return rows.select_related("job").first()


def may_export(user: Any) -> bool:
    """Whether the button is worth showing."""
    return has_permission(user, "query.export")


def newest_day() -> date | None:
    """The published day; None before the first night."""
    pointer = library().pointer()
    return pointer.business_date if pointer else None


def last_month(day: date) -> int:
    """The last month that is whole in the data of a day."""
    month = month_of(day)
    return month if day == month_end(month) else months_add(month, -1)


def days_by_month() -> dict[int, date]:
    """Of each month the last day that was published."""
    pointer = library().pointer()
    days = nights_by_day(pointer) if pointer else {}
    return {month_of(day): day for day in reversed(days)}
