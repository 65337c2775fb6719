"""Texts of a front-end database in the spelling of the comparison, in the SQL of PostgreSQL and its relatives.

Each expression does there what lake/typed.py and lake/mapping.py do when the night loads the same text.
"""

from huiliu.lake.engine import literal
from huiliu.lake.mapping import ColumnMapping
from huiliu.lake.tables import Kind

_KEEP_LEADING = frozenset({"text", "name", "address"})
# What DuckDB's trim, with which codes are looked up, takes for a space: every separator of class Zs, and not a tab.
_SPACES = "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_NO_ZEROS = "CASE WHEN strpos({}, '.') > 0 THEN rtrim(rtrim({}, '0'), '.') ELSE {} END"


def layers(mapping: ColumnMapping, kind: Kind) -> tuple[str, ...]:
    """The canonical text of a column in steps: each is made of the one before, `{}`, the first of the source's text.

    In one expression the server would compute each part anew wherever it stands, a dozen times.
    """
    strip = "rtrim({}, ' ')" if kind in _KEEP_LEADING else "btrim({}, ' ')"
    return (mapped(mapping), f"nullif({strip}, '')", *canonical(kind))


def mapped(mapping: ColumnMapping) -> str:
    """The catalog's text of the source's text, a step of `layers`."""
    if mapping.constant is not None:
        return _braced(literal(mapping.constant))
    text = f"btrim({{}}, {_braced(literal(_SPACES))})"
    if mapping.unit == "fen":
        whole = _braced(literal(r"^-?[0-9]{1,16}(\.0+)?$"))
        return f"CASE WHEN {text} ~ {whole} THEN ({text}::numeric * 0.01)::text ELSE {text} || '分' END"
    if mapping.cut == "time":
        return f"CASE length({text}) WHEN 8 THEN {text} || '000000' WHEN 10 THEN {text} || ' 00:00:00' ELSE {text} END"
    if mapping.cut is not None:
        return f"left(replace({text}, '-', ''), {6 if mapping.cut == 'month' else 8})"
    if mapping.codes:
        pairs = ((_braced(literal(given)), _braced(literal(ours))) for given, ours in mapping.codes.items())
        cases = " ".join(f"WHEN {given} THEN {ours}" for given, ours in pairs)
        return f"CASE {text} {cases} ELSE {{}} END"
    return "{}"


def canonical(kind: Kind) -> tuple[str, str]:
    """The one spelling of a cleaned text, in two steps; what is no value of its kind stays, and so differs."""
    match kind:
        case "money" | "rate" | "int":
            return f"CASE WHEN {{}} ~ {_braced(literal(_NUMBER))} THEN ({{}})::numeric::text ELSE {{}} END", _NO_ZEROS
        case "month":
            return "replace({}, '-', '')", "{}"
        case "date":
            return "replace({}, '-', '')", "nullif({}, '00010101')"
        case "time":
            return (
                "replace(replace(replace(replace({}, '-', ''), ':', ''), ' ', ''), 'T', '')",
                f"CASE WHEN {{}} IN ('00010101000000', '00010101') THEN NULL ELSE {_NO_ZEROS} END",
            )
        case _:
            return "{}", "{}"


def _braced(text: str) -> str:
    """Kept as it is by str.format."""
    return text.replace("{", "{{").replace("}", "}}")
