"""Versions of a budget draft: which one the next starts from, and what a version changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huiliu.apps.funds.models import BudgetDraft, BudgetDraftLine, Stage

NEW, GONE, MORE, LESS, SAME = "new", "gone", "more", "less", "same"
CHANGES = {NEW: "新增", GONE: "删去", MORE: "增加", LESS: "减少", SAME: "不变"}


@dataclass(frozen=True)
class LineChange:
    """One thing asked for in a version and in the one before it; one of the two may be missing."""

    before: BudgetDraftLine | None
    after: BudgetDraftLine | None

    @property
    def kind(self) -> str:
        """A key of CHANGES."""
        if self.before is None or self.after is None:
            return NEW if self.before is None else GONE
        if self.before.amount_fen == self.after.amount_fen:
            return SAME
        return MORE if self.after.amount_fen > self.before.amount_fen else LESS


def open_stage(drafts: Sequence[BudgetDraft]) -> str:
    """The round to ask for next: the second once the first is agreed; `drafts` as `drafts_whole` gives them."""
    first = _newest(drafts, Stage.FIRST)
    agreed = first is not None and hasattr(first, "submission") and first.submission.approval.status == "approved"
    return Stage.SECOND if agreed or _newest(drafts, Stage.SECOND) else Stage.FIRST


def base_of(drafts: Sequence[BudgetDraft], stage: str) -> BudgetDraft | None:
    """The version the next of a round starts from: its newest, or for the first of 二上 the newest of 一上."""
    return _newest(drafts, stage) or (_newest(drafts, Stage.FIRST) if stage == Stage.SECOND else None)


def before(drafts: Sequence[BudgetDraft], draft: BudgetDraft) -> BudgetDraft | None:
    """The version before; before the first of 二上 comes the newest of 一上."""
    earlier = [one for one in drafts if (one.stage, one.number) == (draft.stage, draft.number - 1)]
    return earlier[0] if earlier else _newest(drafts, Stage.FIRST) if draft.stage == Stage.SECOND else None


def _newest(drafts: Sequence[BudgetDraft], stage: str) -> BudgetDraft | None:
    return next((one for one in drafts if one.stage == stage), None)


def changes(old: BudgetDraft, new: BudgetDraft) -> Iterator[LineChange]:
    """Every line of the new version beside that of the same words and purpose, then what is gone."""
    left: dict[tuple[str, int], list[BudgetDraftLine]] = {}
    for line in old.lines.all():
        left.setdefault(_what(line), []).append(line)
    for line in new.lines.all():
        same = left.get(_what(line))
        yield LineChange(same.pop(0) if same else None, line)
    for lines in left.values():
        yield from (LineChange(line, None) for line in lines)


def _what(line: BudgetDraftLine) -> tuple[str, int]:
    return line.label, line.purpose_id
