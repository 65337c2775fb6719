"""Posts for an office of N people: who must be somebody else, who stands in for whom, and what cannot be done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from huiliu.apps.accounts.posts import ADMINISTRATORS, FAMILIES, POSTS, conflict
from huiliu.kernel.errors import HuiliuError

# One person each, in the order in which a small office fills them.
FIRST = ("sysadmin", "secadmin", "auditor", "leader", "control", "clerk", "checker", "finance", "cashier", "it")
# Then somebody who can stand in, first where approvals would stop.
SECOND = ("leader", "control", "secadmin", "clerk", "checker", "finance", "cashier", "it", "sysadmin", "auditor")
# Everybody else goes where the work is; administrators stay two.
SHARES: Mapping[str, int] = {"clerk": 12, "checker": 5, "control": 2, "finance": 2, "it": 1, "cashier": 1, "leader": 1}
MOST_PEOPLE = 2000


@dataclass(frozen=True)
class PostPlan:
    """How many people a post gets; `stand_in` names the post that may stand in where there is no second person."""

    post: str
    people: int
    stand_in: str = ""

    @property
    def label(self) -> str:
        """Chinese name of the post."""
        return POSTS[self.post].label

    @property
    def second(self) -> str:
        """Who is the B role."""
        if self.people >= 2:
            return "本岗位第二人"
        return f"可由{POSTS[self.stand_in].label}兼（同一申请不得兼办）" if self.stand_in else "没有"


@dataclass(frozen=True)
class Seat:
    """One place to be filled: the post and 1 for the A role, 2 for the B role, and so on."""

    post: str
    number: int

    @property
    def label(self) -> str:
        """`单位领导 A 角`."""
        role = {1: "A 角", 2: "B 角"}.get(self.number, f"第 {self.number} 人")
        return f"{POSTS[self.post].label} {role}"


@dataclass(frozen=True)
class Proposal:
    """Posts with their numbers, what is missing, what it means, and which combinations are never allowed."""

    people: int
    posts: tuple[PostPlan, ...]
    missing: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Every place to be filled, in the order of the posts."""
        return tuple(Seat(plan.post, number) for plan in self.posts for number in range(1, plan.people + 1))


def propose(people: int, counties: int = 0) -> Proposal:
    """A proposal for an office of `people`, of whom each of `counties` county offices needs a clerk and a checker.

    Raises CTRL-030 for a number that is no office.
    """
    if not 1 <= people <= MOST_PEOPLE or not 0 <= counties <= 100:
        hint = f"人数请填 1 至 {MOST_PEOPLE}，县区数请填 0 至 100。"
        raise HuiliuError(code="CTRL-030", message="人数或县区数不合要求", hint=hint)
    given = dict.fromkeys(POSTS, 0)
    for post, _ in zip(_order(counties, given), range(people), strict=False):
        given[post] += 1
    posts = tuple(PostPlan(post, given[post], _stand_in(post, given)) for post in POSTS if given[post])
    missing = tuple(post for post in FIRST if not given[post])
    return Proposal(people, posts, missing, tuple(_warnings(given, missing, counties)))


def _order(counties: int, given: Mapping[str, int]) -> Iterator[str]:
    """Who comes next, without end: one each, a pair in every county, the stand-ins, then by share (Sainte-Laguë)."""
    yield from FIRST
    for _ in range(counties):
        yield from ("clerk", "checker")
    yield from SECOND
    while True:
        yield max(SHARES, key=lambda post: SHARES[post] / (2 * given[post] + 1))


def _stand_in(post: str, given: Mapping[str, int]) -> str:
    """A post of the plan whose people may hold this one too."""
    return next((other for other in given if given[other] and other != post and not conflict(post, other)), "")


def _warnings(given: Mapping[str, int], missing: tuple[str, ...], counties: int) -> Iterator[str]:
    if missing:
        labels = "、".join(POSTS[post].label for post in missing)
        yield (
            f"人数不足：{labels}没有人担任。四类岗位、单位领导和三员互不相容，至少需要 {len(FIRST)} 人；"
            "缺少的岗位请由上级机构派人担任，不能由现有人员兼任。"
        )
    for post in ("leader", "control", "secadmin"):
        if given[post] == 1:
            yield f"{POSTS[post].label}只有一人：本人申请、涉及本人或休假时，审批无人能办。"
    if any(given[post] == 1 for post in ADMINISTRATORS if post != "secadmin"):
        yield "系统管理员或审计管理员只有一人：离岗前须先有人接任。"
    if counties and min(given["clerk"], given["checker"]) < counties + 1:
        yield f"{counties} 个县区不能各有一名经办和一名复核。"


def impossible() -> list[tuple[str, str, str]]:
    """Every pair of posts that one person may not hold: both labels, and why."""
    rows = []
    for one, other in combinations(POSTS, 2):
        if conflict(one, other):
            first, second = POSTS[one], POSTS[other]
            if first.family == second.family:
                why = "会计与出纳须分设"
            else:
                why = f"{FAMILIES[first.family]}与{FAMILIES[second.family]}不相容"
            rows.append((first.label, second.label, why))
    return rows
