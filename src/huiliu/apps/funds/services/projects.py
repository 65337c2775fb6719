"""Projects, the years they have money in, and what it is for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.services import Actor, Entry, check_words, record, refusals_recorded
from huiliu.apps.control.services.hands import check_in_person
from huiliu.apps.funds import actions
from huiliu.apps.funds.errors import check_may, refused
from huiliu.apps.funds.models import Mode, Project, ProjectYear, Purpose
from huiliu.apps.funds.models.projects import FIRST_YEAR, LAST_YEAR
from huiliu.apps.funds.selectors.projects import purposes_of
from huiliu.budget.import_mapping import folded
from huiliu.kernel.clock import Clock
from huiliu.kernel.codes import CODE_HINT, is_code

RENAMED = ("name", "agency", "department")


@dataclass(frozen=True)
class NewProject:
    """A project as it is registered; `nature` and `expense` are codes of the models."""

    code: str
    name: str
    agency: str
    department: str
    nature: str
    expense: str


def project_open(
    *, wanted: NewProject, year: int, mode: str, user: Any, actor: Actor, clock: Clock | None = None
) -> ProjectYear:
    """A project with its first budget year; FUND-061 for a code that is taken, FUND-062 for one that is none."""
    now = (clock or settings.HUILIU_CLOCK).now()
    with refusals_recorded(Entry(actor, actions.OPEN, actions.PROJECT, wanted.code)), transaction.atomic():
        _check(user, wanted.code, wanted.name, wanted.agency, wanted.department)
        if Project.objects.filter(code=wanted.code).exists():
            raise refused("FUND-061", "已有这个项目代码", "请换一个代码，或在已有的项目下登记新的年度。")
        project = Project.objects.create(**asdict(wanted), opened_at=now)
        found = _year(project, year, mode, now)
        record(Entry(actor, actions.OPEN, actions.PROJECT, project.code, after={**asdict(wanted), "year": year}), clock)
        return found


def project_rename(
    *, project: Project, names: Mapping[str, str], user: Any, actor: Actor, clock: Clock | None = None
) -> Project:
    """Another name, agency or department (`names` by field) from now on; codes stay, and the audit keeps both.

    FUND-073 where nothing changes or a name is empty.
    """
    with refusals_recorded(Entry(actor, actions.RENAME, actions.PROJECT, project.code)), transaction.atomic():
        kept = Project.objects.select_for_update().get(pk=project.pk)
        wanted = {name: names[name].strip() for name in RENAMED if name in names}
        _check(user, kept.code, *wanted.values())
        changed = {name: text for name, text in wanted.items() if text != getattr(kept, name)}
        if not changed or not all(changed.values()):
            raise refused("FUND-073", "名称没有变化，或没有填写", "请填写新的名称；没有变化的不用提交。")
        before = {name: getattr(kept, name) for name in changed}
        for name, text in changed.items():
            setattr(kept, name, text)
        kept.save(update_fields=list(changed))
        record(Entry(actor, actions.RENAME, actions.PROJECT, kept.code, before=before, after=changed), clock)
        return kept


def year_open(
    *, project: Project, year: int, mode: str, user: Any, actor: Actor, clock: Clock | None = None
) -> ProjectYear:
    """A further budget year of a project; FUND-061 for one that is there."""
    now, key = (clock or settings.HUILIU_CLOCK).now(), f"{project.code}/{year}"
    with refusals_recorded(Entry(actor, actions.OPEN_YEAR, actions.YEAR, key)), transaction.atomic():
        _check(user, project.code)
        if ProjectYear.objects.filter(project=project, year=year).exists():
            raise refused("FUND-061", f"项目已有 {year} 年度", "请打开已有的年度。")
        found = _year(project, year, mode, now)
        record(Entry(actor, actions.OPEN_YEAR, actions.YEAR, key, after={"mode": mode}), clock)
        return found


def purpose_add(
    *, project: Project, code: str, label: str, user: Any, actor: Actor, clock: Clock | None = None
) -> Purpose:
    """What money of a project is spent on, under a code of its own; FUND-061 where either is taken."""
    now = (clock or settings.HUILIU_CLOCK).now()
    with refusals_recorded(Entry(actor, actions.ADD_PURPOSE, actions.PROJECT, project.code)), transaction.atomic():
        _check(user, code, label)
        # An export names purposes by code or label: each must tell one from all others.
        taken = {folded(text) for one in purposes_of(project) for text in (one.code, one.label)}
        if taken & {folded(code), folded(label)}:
            raise refused("FUND-061", "项目已有这个支出事项代码或名称", "请换一个，或使用已有的支出事项。")
        purpose = Purpose.objects.create(project=project, code=code, label=label, added_at=now)
        after = {"code": code, "label": label}
        record(Entry(actor, actions.ADD_PURPOSE, actions.PROJECT, project.code, after=after), clock)
        return purpose


def _check(user: Any, code: str, *words: str) -> None:
    check_in_person(user)
    check_may(user, "funds.record")
    if not is_code(code):
        raise refused("FUND-062", "代码写法不正确", CODE_HINT)
    for text in words:
        check_words(text)


def _year(project: Project, year: int, mode: str, now: Any) -> ProjectYear:
    if not FIRST_YEAR <= year <= LAST_YEAR or mode not in Mode.values:
        raise refused("FUND-062", "年度或支付方式不正确", "请填写四位年度，并从所列的支付方式中选择。")
    return ProjectYear.objects.create(project=project, year=year, mode=mode, opened_at=now)
