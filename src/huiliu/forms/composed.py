"""A target printed in three columns, sign, value and unit, as one text."""

from huiliu.forms.draft import value_of
from huiliu.forms.words import words


def composed(parts: dict[str, str]) -> dict[str, str]:
    """The parts that make up the target, in their order: a text takes no symbol, and nothing is said twice."""
    value = parts.get("target")
    printed = value_of(value or "")
    if value is None or printed.kind in ("blank", "text"):
        return {} if value is None else {"target": value}
    used = {"symbol": parts.get("symbol", ""), "target": value, "unit": parts.get("unit", "")}
    if printed.operator or (printed.kind == "range" and words().says("between", used["symbol"])):
        del used["symbol"]
    if printed.unit or value.endswith(parts.get("unit") or "\0"):
        del used["unit"]
    return {kind: text for kind, text in used.items() if text}
