"""Matters to be put right: who may see them, where each stands, what can be done next, what waits for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.accounts.selectors import active_grants, has_permission
from huiliu.apps.performance.models import Act, Origin, Rectification, RectificationStep, TargetSet

ALL, REVIEW, RECTIFY = "performance.view_evaluation", "performance.review", "performance.rectify"
OPEN = "open"
OVER = frozenset({Act.CLOSED, Act.VOID})
STANDINGS = {OPEN: "整改中", Act.PROVED: "待销号", Act.REOPENED: "重新整改", Act.CLOSED: "已销号", Act.VOID: "已撤销"}
NEXT = {
    OPEN: (Act.PROGRESS, Act.PROVED, Act.VOID),
    Act.REOPENED: (Act.PROGRESS, Act.PROVED, Act.VOID),
    Act.PROVED: (Act.PROGRESS, Act.PROVED, Act.CLOSED, Act.VOID),
    Act.CLOSED: (Act.REOPENED,),
    Act.VOID: (),
}
PAGES = {
    Origin.FINDING: "performance:assessment_detail",
    Origin.REVIEW: "performance:review_detail",
    Origin.SPOT: "performance:review_detail",
}
BY_OWNER = frozenset({Act.PROGRESS, Act.PROVED})


@dataclass(frozen=True)
class Wanted:
    """What a list shows: of one project and year, where it stands (`open`, `overdue`, `over`), whose."""

    project: str = ""
    year: int | None = None
    standing: str = ""
    owner: str = ""


def everything() -> QuerySet[Any]:
    """All matters with where they stand as `standing`: the last act that changed it."""
    last = RectificationStep.objects.filter(rectification=OuterRef("pk")).exclude(act=Act.PROGRESS).order_by("-pk")
    standing = Coalesce(Subquery(last.values("act")[:1]), Value(OPEN), output_field=CharField())
    return Rectification.objects.annotate(standing=standing).select_related("target_set", "owner", "assigned_by")


def visible(user: Any) -> QuerySet[Any]:
    """What the person may see: everything with the right to see evaluations, else only what is the person's own."""
    return everything() if has_permission(user, ALL) else everything().filter(owner=user)


def wanted(user: Any, asked: Wanted, today: date) -> QuerySet[Any]:
    """The part of it that is asked for."""
    found = visible(user)
    if asked.project:
        found = found.filter(target_set__project=asked.project)
    if asked.year:
        found = found.filter(target_set__year=asked.year)
    if asked.owner:
        found = found.filter(owner__username=asked.owner)
    if asked.standing == "over":
        return found.filter(standing__in=OVER)
    if asked.standing in (OPEN, "overdue"):
        found = found.exclude(standing__in=OVER)
    return found.filter(due_on__lt=today) if asked.standing == "overdue" else found


def found(user: Any, number: int) -> Rectification | None:
    """One matter that the person may see."""
    return visible(user).filter(pk=number).first()


def of_set(targets: TargetSet) -> list[Any]:
    """The matters of a project's year."""
    return list(everything().filter(target_set=targets))


def locked(number: int) -> Rectification | None:
    """One matter under its lock, with where it stands."""
    Rectification.objects.select_for_update().filter(pk=number).first()
    return everything().filter(pk=number).first()


def steps_of(matter: Rectification) -> list[RectificationStep]:
    """What was done, the oldest first."""
    return list(matter.steps.select_related("by"))


def acts(matter: Any) -> Sequence[str]:
    """What can be done where it stands."""
    return NEXT[matter.standing]


def acts_of(matter: Any, user: Any) -> list[str]:
    """Those of them that this person can do: the owner's, or of control and somebody else's matter."""
    if matter.owner_id == user.pk:
        return [act for act in acts(matter) if act in BY_OWNER and has_permission(user, RECTIFY)]
    return [act for act in acts(matter) if act not in BY_OWNER and has_permission(user, REVIEW)]


def is_overdue(matter: Any, today: date) -> bool:
    """Whether its day is over and it is not done."""
    return matter.standing not in OVER and matter.due_on < today


def state(matter: Any, today: date) -> tuple[str, str]:
    """Colour and word of where it stands."""
    word = STANDINGS[matter.standing]
    if is_overdue(matter, today):
        return "fail", f"{word}，已逾期 {(today - matter.due_on).days} 天"
    return {Act.CLOSED: "pass", Act.VOID: "none"}.get(matter.standing, "warn"), word


def tasks_of(user: Any, today: date) -> list[Any]:
    """What waits for the person: the own open matters; for control those to be closed and those overdue, too."""
    if not has_permission(user, RECTIFY):
        return []
    waiting = everything().exclude(standing__in=OVER)
    if not has_permission(user, REVIEW):
        return list(waiting.filter(owner=user))
    return [
        one for one in waiting
        if one.owner_id == user.pk or one.standing == Act.PROVED or is_overdue(one, today)
    ]  # fmt: skip


def owners(today: date) -> QuerySet[Any]:
    """Who can be given a matter."""
    posts = [code for code, post in POSTS.items() if RECTIFY in post.permissions]
    return active_grants(today).filter(post__in=posts).values("user")


def used_owners(user: Any) -> list[tuple[str, str]]:
    """User name and name of whoever owns something the person may see."""
    rows = visible(user).order_by("owner__username").values_list("owner__username", "owner__display_name")
    return [(username, f"{name}（{username}）") for username, name in rows.distinct()]


def source_link(matter: Rectification) -> str:
    """Where the thing is shown that the matter comes from; empty for what has no page of its own."""
    place = (matter.target_set.project, matter.target_set.year)
    if matter.origin == Origin.SUPERVISION and matter.source.isdecimal():
        return reverse("control:supervision_detail", args=(int(matter.source),))
    page = PAGES.get(Origin(matter.origin))
    return reverse(page, args=place) if page else ""
