"""The one root of every error a person may see: a stable code, a Chinese message, a hint, and facts as fields."""

from collections.abc import Mapping
from typing import Any


class HuiliuError(Exception):
    """What went wrong, where, and what to do; facts hold counts, codes and positions, never a person's data.

    `str()` gives message, code and hint on one line, ready for a console or a page.
    """

    def __init__(self, *, code: str, message: str, hint: str, facts: Mapping[str, Any] | None = None) -> None:
        self.code = code
        self.message = message
        self.hint = hint
        self.facts: Mapping[str, Any] = dict(facts or {})
        super().__init__(code, message, hint, self.facts)

    def __str__(self) -> str:
        return f"{self.message}（{self.code}）{self.hint}"

    def as_dict(self) -> dict[str, Any]:
        """The same error for an API answer or a structured log line."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "facts": dict(self.facts)}
