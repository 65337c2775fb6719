"""Whether a request can be decided at all: for each step somebody else, and all of them different people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.accounts.selectors import active_grants
from huiliu.apps.control.selectors.approvals import known_definitions

IMPOSSIBLE, FRAGILE = "fail", "warn"


@dataclass(frozen=True)
class Deadlock:
    """A step of a kind of request that nobody can take (`fail`), or that hangs on one person (`warn`)."""

    definition: str
    step: str
    post: str
    verdict: str
    why: str


@dataclass(frozen=True)
class DeadlockLine:
    """One reason with the kinds of request it stops, as people read it."""

    kinds: str
    verdict: str
    why: str


def deadlock_lines(today: date) -> list[DeadlockLine]:
    """Each reason once: one missing person stops steps of several kinds of request."""
    stopped: dict[tuple[str, str], list[str]] = {}
    for row in deadlocks(today):
        stopped.setdefault((row.verdict, row.why), []).append(row.definition)
    return [DeadlockLine("、".join(dict.fromkeys(kinds)), verdict, why) for (verdict, why), kinds in stopped.items()]


def deadlocks(today: date) -> list[Deadlock]:
    """Every step that stops its requests, and every step that would if one person asked for something or were away."""
    people: dict[str, set[int]] = {post: set() for post in POSTS}
    for post, person in active_grants(today).values_list("post", "user"):
        people.setdefault(post, set()).add(person)
    found = []
    for definition in known_definitions().values():
        for step in definition.steps:
            held = people[step.post]
            label = POSTS[step.post].label
            if not held:
                why = f"没有{label}，“{definition.label}”无人能办理这一步"
                found.append(Deadlock(definition.label, step.name, step.post, IMPOSSIBLE, why))
            elif len(held) < 2:
                why = f"{label}只有一人：本人申请、涉及本人或休假时无人能办理，请补充 B 角"
                found.append(Deadlock(definition.label, step.name, step.post, FRAGILE, why))
        if all(people[step.post] for step in definition.steps) and not can_be_decided(
            [step.post for step in definition.steps], people, ()
        ):
            why = "各步骤须由不同人员办理，现有人员不够分配"
            found.append(Deadlock(definition.label, definition.steps[0].name, "", IMPOSSIBLE, why))
    return sorted(found, key=lambda row: row.verdict)


def can_be_decided(posts: Sequence[str], people: Mapping[str, Collection[int]], excluded: Collection[int]) -> bool:
    """Whether each step, named by its post, can have a person of its own, without those excluded."""
    taken: dict[int, int] = {}

    def seat(step: int, tried: set[int]) -> bool:
        """Give the step somebody free, or somebody whose own step another person can take (Kuhn's matching)."""
        for person in set(people.get(posts[step], ())) - set(excluded) - tried:
            tried.add(person)
            if person not in taken or seat(taken[person], tried):
                taken[person] = step
                return True
        return False

    return all(seat(step, set()) for step in range(len(posts)))
