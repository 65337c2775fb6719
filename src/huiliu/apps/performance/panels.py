"""What this part shows on the workbench."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.performance.selectors import board_pages as pages
from huiliu.apps.performance.selectors import disclosure_pages, disclosures, rectification_pages, rectifications
from huiliu.apps.performance.selectors.alerts import tasks_of
from huiliu.apps.performance.selectors.board import Board, boards
from huiliu.apps.performance.selectors.evaluations import evaluations
from huiliu.web.panels import Panel

SHOWN = 8


def panels(request: HttpRequest) -> list[Panel]:
    """Warnings that wait; each project's money; the newest evaluation: total, grade, what cannot be rechecked."""
    found = []
    if has_permission(request.user, "funds.view"):
        listed = boards(settings.HUILIU_CLOCK.now().date())
        found += [*_alerts(request.user, listed), _projects(listed)]
    if has_permission(request.user, "performance.view_evaluation"):
        found.append(_evaluation())
    return [*found, *_rectifications(request.user), *_disclosures(request.user)]


def _disclosures(user: Any) -> list[Panel]:
    """What has to be published, with the days left; nothing where nothing waits or it is not the person's."""
    if not has_permission(user, "performance.disclose"):
        return []
    waiting = disclosures.open_ones(settings.HUILIU_CLOCK.now().date())
    tasks = [_public(one) for one in waiting[:SHOWN]]
    link = reverse("performance:disclosure_list")
    title = f"预决算公开（{len(waiting)}）"
    return [Panel(title, "performance/panels/disclosures.html", {"tasks": tasks}, order=6, link=link)] if tasks else []


def _public(found: disclosures.Standing) -> dict[str, Any]:
    state, word = found.verdict
    about = f"{found.disclosure.target_set} {found.disclosure.get_occasion_display()}"
    told = {"about": about, "due": found.due, "stage": disclosures.STAGES[found.stage]}
    return {**told, "state": state, "word": word, "link": disclosure_pages.address(found)}


def _rectifications(user: Any) -> list[Panel]:
    """Matters to be put right that wait for the person; nothing where nothing does."""
    today = settings.HUILIU_CLOCK.now().date()
    tasks = [_task(one, today) for one in rectifications.tasks_of(user, today)]
    context = {"tasks": tasks[:SHOWN]}
    link = reverse("performance:rectification_list")
    title = f"整改（{len(tasks)}）"
    return [Panel(title, "performance/panels/rectifications.html", context, order=5, link=link)] if tasks else []


def _task(one: Any, today: date) -> dict[str, Any]:
    state, word = rectifications.state(one, today)
    told = {"year": one.target_set, "owner": one.owner.display_name, "due_on": one.due_on, "matter": one.matter}
    return {**told, "state": state, "word": word, "link": rectification_pages.address(one)}


def _alerts(user: Any, found: Sequence[Board]) -> list[Panel]:
    """What waits for the person's posts; nothing where nothing does."""
    tasks = tasks_of(user, found)
    title = f"待我处理的预警（{len(tasks)}）"
    return [Panel(title, "performance/panels/alerts.html", {"tasks": tasks}, order=4)] if tasks else []


def _projects(found: Sequence[Board]) -> Panel:
    listed = [
        {
            "board": one,
            "link": pages.address(one),
            "heads": pages.heads(one, *pages.MONEY),
            "duty": pages.duty_line(one),
        }
        for one in found
    ]
    link = reverse("performance:board_list")
    return Panel("项目看板", "performance/panels/board.html", {"boards": listed}, order=32, link=link)


def _evaluation() -> Panel:
    found = evaluations()
    context = {"found": found[0] if found else None}
    link = reverse("performance:evaluation_list")
    return Panel("绩效自评", "performance/panels/evaluation.html", context, order=35, link=link)
