"""Suggestions for the next year with what was said to each, and what of them goes into its targets and its budget."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from huiliu.apps.funds.selectors.advice import Advice
from huiliu.apps.performance.models import SuggestionDecision, TargetSet
from huiliu.apps.performance.selectors.assessments import Assessed
from huiliu.apps.performance.selectors.targets import set_of
from huiliu.kernel.figures import Figure
from huiliu.scoring.suggestions import BUDGET, Suggestion, suggestions

LONGEST = 200


@dataclass(frozen=True)
class Proposed:
    """A suggestion with its number, and what was last said to it."""

    suggestion: Suggestion
    figure: Figure
    kept: SuggestionDecision | None

    @property
    def is_open(self) -> bool:
        """Whether somebody has to decide, also where the number is another one now."""
        return self.kept is None or self.kept.text != self.suggestion.text


def proposed(found: Assessed) -> list[Proposed]:
    """What a year's result proposes; nothing where it is not scored."""
    if found.result is None:
        return []
    kept = decisions(found.targets)
    return [Proposed(one, found.result[one.figure], kept.get(one.key)) for one in suggestions(found.result)]


def decisions(targets: TargetSet) -> dict[str, SuggestionDecision]:
    """The newest answer to each suggestion."""
    found: dict[str, SuggestionDecision] = {}
    for one in SuggestionDecision.objects.filter(target_set=targets).select_related("by"):
        found.setdefault(one.key, one)
    return found


def accepted(project: str, year: int) -> list[SuggestionDecision]:
    """What was accepted of a year's suggestions, in the order of rows, the budget last."""
    targets = set_of(project, year)
    found = [one for one in decisions(targets).values() if one.is_accepted] if targets else []
    return sorted(found, key=lambda one: (not one.row, one.row, one.pk))


def basis_with(basis: str, year: int, kept: Sequence[SuggestionDecision]) -> str:
    """The basis of a row that is carried into the next year, with what was accepted of it; cut to what a form holds."""
    said = [f"{year} 年评价建议（{one.get_code_display()}）：{one.text}" for one in kept]
    whole = "；".join(part for part in (*said, basis) if part)
    return whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 1]}…"


def page_of(project: str, year: int) -> str:
    """Where a year's suggestions are shown."""
    return f"{reverse('performance:review_detail', args=(project, year))}#suggestions"


def budget_advice(project: str, year: int) -> list[Advice]:
    """What the year before says for the budget of a year, for its drafts."""
    link = page_of(project, year - 1)
    return [Advice(one.text, f"{year - 1} 年绩效评价", link) for one in accepted(project, year - 1)
            if one.subject == BUDGET]  # fmt: skip
