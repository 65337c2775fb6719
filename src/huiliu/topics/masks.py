"""The product's mask as SQL: what a query may say of a protected column, equal to kernel.masking sign by sign.

Kept equal by a property test; of a text with a NUL sign nothing is shown. A kind without a form shows nothing.
"""

from collections.abc import Callable, Mapping

from huiliu.kernel.masking import FULL, TO_COUNTY, TO_TOWN
from huiliu.lake.engine import literal

# What Python's str.strip() and the \s of its expressions take for blank; DuckDB's own ideas of both end at ASCII.
BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
TEXTS = frozenset({"id", "code", "text", "name", "id_number", "phone", "bank_account", "address"})


def mask_sql(kind: str, value: str) -> str:
    """The masked form of the SQL expression `value` of a column's kind, as text; '' where there is no value."""
    if kind not in TEXTS:
        return f"CASE WHEN {value} IS NULL THEN '' ELSE {literal(FULL)} END"
    form = _FORMS.get(kind)
    if form is None:
        return f"CASE WHEN {value} IS NULL OR {value} = '' THEN '' ELSE {literal(FULL)} END"
    # nfc_normalize ends at a NUL sign: of a text with one nothing is shown.
    clean = f"trim(nfc_normalize({value}), {literal(BLANKS)})"
    return (
        f"CASE WHEN {value} IS NULL OR {value} = '' THEN '' WHEN contains({value}, chr(0)) OR {clean} = ''"
        f" THEN {literal(FULL)} ELSE {form(clean)} END"
    )


def _ends(head: int, tail: int) -> Callable[[str], str]:
    least = head + tail + len(FULL)

    def form(text: str) -> str:
        shown = f"substr({text}, 1, {head}) || {literal(FULL)} || right({text}, {tail})"
        return f"CASE WHEN length({text}) >= {least} THEN {shown} ELSE {literal(FULL)} END"

    return form


def _name(text: str) -> str:
    stars = f"repeat('*', least(length({text}) - 1, 2))"
    return f"CASE WHEN length({text}) > 1 THEN substr({text}, 1, 1) || {stars} ELSE '*' END"


def _address(text: str) -> str:
    town, county = (_start(text, pattern) for pattern in (TO_TOWN, TO_COUNTY))
    return f"coalesce({town}, {county}, '') || {literal(FULL)}"


def _start(text: str, pattern: str) -> str:
    anchored = rf"\A(?:{pattern})".replace(r"\s", BLANKS)
    return f"nullif(regexp_extract({text}, {literal(anchored)}), '')"


_FORMS: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "id_number": _ends(3, 4),
    "phone": _ends(3, 4),
    "bank_account": _ends(4, 4),
    "address": _address,
}
