"""A form that submits what its page showed: it carries the edition of that, and what it said."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from huiliu.apps.performance.forms.editions import EditionForm
from huiliu.apps.performance.selectors.seen import Sight
from huiliu.kernel.clock import TZ

_ANSWER = re.compile(r"([A-Z]+-[A-Z0-9]+)(-[0-9a-f]{8})?")


class SeenForm(EditionForm):
    """The hidden fields hold what the page showed; what a person typed is in the others."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def carry(self, sight: Sight, now: datetime) -> None:
        """The page shows this from now on; what was typed stays."""
        held = {"edition": sight.edition, "seen": json.dumps([now.isoformat(), dict(sight.told)], ensure_ascii=False)}
        self.initial = {**self.initial, **held}
        if self.is_bound:
            sent: Any = self.data
            self.data = sent.copy()
            for name, value in held.items():
                self.data[name] = value  # type: ignore[index]

    def shown(self) -> tuple[datetime | None, Mapping[str, str]]:
        """When the page was made from which this was sent, and what it said; nothing where it does not say."""
        try:
            at, told = json.loads(self["seen"].value() or "")
            made = datetime.fromisoformat(at).astimezone(TZ)
            return made, {str(label): str(text) for label, text in told.items()}
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return None, {}

    def left_over(self) -> list[tuple[str, str]]:
        """Answers that were typed to what is not found any more: (code, answer)."""
        sent = [(_ANSWER.fullmatch(name), str(text).strip()) for name, text in self.data.items()
                if name not in self.fields]  # fmt: skip
        return [(match[1], text) for match, text in sent if match and text]
