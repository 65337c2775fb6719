"""What internal control shows on the workbench."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from huiliu.apps.accounts.selectors import active_grants, grants_of, has_permission
from huiliu.apps.control.models import ApprovalRequest
from huiliu.apps.control.selectors import deadlock_lines, tasks_of
from huiliu.apps.control.selectors.approvals import returned_to
from huiliu.apps.control.selectors.first_steps import FirstStep, first_steps
from huiliu.apps.control.selectors.reviews import quarter_of, review_lines
from huiliu.apps.control.selectors.taken_over import lately_taken_from
from huiliu.apps.control.selectors.wording import SOON, kind_label, post_name, subject_of, waited, waiting_since
from huiliu.web.panels import Panel


def panels(request: HttpRequest) -> list[Panel]:
    """What others took over, what waits, what expires, how far the review is, what would stop.

    For somebody without a post the way to one.
    """
    found = [_taken(request.user)]
    if not grants_of(request.user):
        link = reverse("control:request_mine")
        found.append(Panel("您还没有岗位", "control/panels/no_post.html", order=1, wide=True, link=link))
        return [panel for panel in found if panel]
    found += [_first_steps(request.user), _tasks(request.user), _returned(request.user), _expiring(request.user)]
    if has_permission(request.user, "control.review"):
        found.append(_review())
    if has_permission(request.user, "control.review") or has_permission(request.user, "control.revoke"):
        found.append(_deadlocks())
    return [panel for panel in found if panel]


def _first_steps(user: Any) -> Panel | None:
    """For the two administrators who bring an office to life, until it lives."""
    if not (has_permission(user, "accounts.manage") or has_permission(user, "control.revoke")):
        return None
    steps = [_step(step, user) for step in first_steps(settings.HUILIU_CLOCK.now().date())]
    return Panel("启用步骤", "control/panels/first_steps.html", {"steps": steps}, order=2, wide=True) if steps else None


def _step(step: FirstStep, user: Any) -> dict[str, str]:
    may = has_permission(user, step.permission) and not (step.is_done and step.permission == "control.revoke")
    link = reverse(f"control:{step.page}") if may else ""
    state = "pass" if step.is_done else "warn"
    return {"title": step.title, "text": step.text, "state": state, "next": "去办理" if may else "", "link": link}


def _tasks(user: Any) -> Panel | None:
    tasks = tasks_of(user)
    if not tasks:
        return None
    now = settings.HUILIU_CLOCK.now()
    oldest = min(waiting_since(task.request) for task in tasks)
    context = {"count": len(tasks), "oldest": waited(oldest, now)}
    return Panel("待我办理", "control/panels/tasks.html", context, order=5, link=reverse("control:request_list"))


def _returned(user: Any) -> Panel | None:
    """Requests of one's own that were sent back and wait for their applicant."""
    rows = [_line(one) for one in returned_to(user)]
    link = reverse("control:request_mine")
    return Panel("退回待您补正", "control/panels/returned.html", {"rows": rows}, order=6, link=link) if rows else None


def _taken(user: Any) -> Panel | None:
    """Requests of one's own that somebody else goes on with."""
    found = lately_taken_from(user, settings.HUILIU_CLOCK.now())
    if not found:
        return None
    rows = [{**_line(one), "by": told.by, "at": told.at, "why": told.why} for one, told in found]
    link = reverse("control:request_mine")
    return Panel("您的申请已由他人接办", "control/panels/taken_over.html", {"rows": rows}, order=7, link=link)


def _line(one: ApprovalRequest) -> dict[str, Any]:
    """A request by name, leading to its page."""
    label = f"{kind_label(one.kind)} {subject_of(one)}"
    return {"label": label, "link": reverse("control:request_detail", args=(one.pk,))}


def _expiring(user: Any) -> Panel | None:
    """One's own grants within 30 days; all of them for internal control."""
    today = settings.HUILIU_CLOCK.now().date()
    sees_all = has_permission(user, "control.review")
    rows = [grant for grant in grants_of(user) if grant.expires_on - today <= SOON]
    others = active_grants(today).filter(expires_on__lte=today + SOON).count() if sees_all else len(rows)
    if not others:
        return None
    own = [{"post": post_name(row.post), "until": row.expires_on, "number": row.pk} for row in rows]
    link = reverse("control:ledger") + "?state=soon" if sees_all else ""
    context = {"own": own, "all": others if sees_all else None}
    return Panel("权限即将到期", "control/panels/expiring.html", context, order=40, link=link)


def _review() -> Panel:
    today = settings.HUILIU_CLOCK.now().date()
    lines = review_lines(today)
    left = sum(line.review is None for line in lines)
    context = {"quarter": quarter_of(today), "done": len(lines) - left, "left": left, "total": len(lines)}
    return Panel("复核进度", "control/panels/review.html", context, order=41, link=reverse("control:review_list"))


def _deadlocks() -> Panel | None:
    found = deadlock_lines(settings.HUILIU_CLOCK.now().date())
    if not found:
        return None
    # What stops today comes first; what would stop if somebody were away waits below the work.
    order = 6 if any(line.verdict == "fail" for line in found) else 42
    link = reverse("control:ledger")
    return Panel("审批人员不足", "control/panels/deadlocks.html", {"deadlocks": found}, order, link=link)
