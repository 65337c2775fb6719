"""How text in a file becomes a typed value, as SQL: strict spellings only, and every doubt is marked on its row."""

from collections.abc import Mapping

from huiliu.lake.engine import identifier, literal
from huiliu.lake.tables import SQL_TYPES, Column, Kind

_KEEP_LEADING = frozenset({"text", "name", "address"})
_DIGITS = {
    "money": (r"-?[0-9]{1,14}(\.[0-9]{1,2})?", "DECIMAL(16,2)"),
    "rate": (r"-?[0-9]{1,12}(\.[0-9]{1,4})?", "DECIMAL(16,4)"),
    "int": (r"-?[0-9]{1,10}", "INTEGER"),
}
_BLANK_DATES = "('00010101', '0001-01-01', '0001-01-01 00:00:00', '00010101000000')"

# Bytes of the spellings that are tried at once: dates have others too, at which a cast would fail first.
_LENGTHS: Mapping[Kind, int] = {"month": 6, "date": 10, "time": 19}
_LIMITS: Mapping[Kind, str] = {
    "month": " AND {0} BETWEEN 190001 AND 219912 AND {0} % 100 BETWEEN 1 AND 12",
    "date": " AND {0} > DATE '0001-01-01'",
    "time": " AND {0} > TIMESTAMP '0001-01-01 00:00:00'",
}


def spaced(raw: str, kind: Kind) -> str:
    """True where `cleaned` would change the text, or might: cheaper by far than cutting every text."""
    if kind == "time":  # one stands inside
        return f"(starts_with({raw}, ' ') OR ends_with({raw}, ' '))"
    return f"contains({raw}, ' ')"


def cleaned(raw: str, kind: Kind, known: str | None = None) -> str:
    """The text without what a database pads it with, U+0020 and no other character; empty is NULL.

    Leading spaces are part of a name or an address. `known` is the outcome of `spaced` where it is at hand, and then no
    text is empty.
    """
    full = raw if known else f"nullif({raw}, '')"
    strip = "rtrim" if kind in _KEEP_LEADING else "trim"
    return f"CASE WHEN {known or spaced(raw, kind)} THEN nullif({strip}({raw}, ' '), '') ELSE {full} END"


def typed(text: str, kind: Kind) -> str:
    """The value of cleaned text, NULL if it is not spelled as docs/batch-protocol.md says.

    DuckDB's own casts are too kind for control totals: they round `1.005` and read `1e5`, `1.7` as an integer.
    """
    if kind in _DIGITS:
        pattern, sql_type = _DIGITS[kind]
        return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN TRY_CAST({text} AS {sql_type}) END"
    match kind:
        case "month":
            return _month(text)
        case "date":
            return _date(text)
        case "time":
            return _time(text)
        case _:
            return text


def tried(text: str, kind: Kind) -> str | None:
    """DuckDB's own cast of text that may be spelled as it would write the value itself; None if any text is a value."""
    sql_type = SQL_TYPES[kind]
    if sql_type == "VARCHAR":
        return None
    cast, length = f"TRY_CAST({text} AS {sql_type})", _LENGTHS.get(kind)
    return cast if length is None else f"CASE WHEN strlen({text}) = {length} THEN {cast} END"


def at_once(text: str, kind: Kind, value: str | None) -> str:
    """What `typed` says, by way of what was `tried`: one that is written back as it stood needs no pattern.

    Patterns cost twice the cast, and nearly every cell of a table is spelled like that.
    """
    if value is None:
        return typed(text, kind)
    same = f"CAST({value} AS VARCHAR) = {text}{_LIMITS.get(kind, '').format(value)}"
    return f"CASE WHEN {same} THEN {value} ELSE {typed(text, kind)} END"


def _month(text: str) -> str:
    plain, dashed = literal(r"(19|20|21)[0-9]{2}(0[1-9]|1[0-2])"), literal(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
    return f"""CASE WHEN regexp_full_match({text}, {plain}) THEN CAST({text} AS INTEGER)
        WHEN regexp_full_match({text}, {dashed}) THEN CAST(replace({text}, '-', '') AS INTEGER) END"""


def _dashed(text: str) -> str:
    return f"concat({text}[1:4], '-', {text}[5:6], '-', {text}[7:8])"


def _date(text: str) -> str:
    return f"""CASE WHEN {text} IN {_BLANK_DATES} THEN NULL
        WHEN regexp_full_match({text}, '[0-9]{{8}}') THEN TRY_CAST({_dashed(text)} AS DATE)
        WHEN regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN TRY_CAST({text} AS DATE) END"""


def _time(text: str) -> str:
    packed = f"concat({_dashed(text)}, ' ', {text}[9:10], ':', {text}[11:12], ':', {text}[13:14])"
    spelled = literal(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?")
    return f"""CASE WHEN {text} IN {_BLANK_DATES} THEN NULL
        WHEN regexp_full_match({text}, {spelled}) THEN TRY_CAST({text} AS TIMESTAMP)
        WHEN regexp_full_match({text}, '[0-9]{{14}}') THEN TRY_CAST({packed} AS TIMESTAMP) END"""


def odd(column: Column, spaced: str, text: str, value: str) -> str:
    """True on every row that `bad_mark` or `doubt_marks` marks, at a small part of their cost."""
    doubts = [] if column.kind in _KEEP_LEADING else [f"coalesce({spaced}, false)"]
    lost = [] if SQL_TYPES[column.kind] == "VARCHAR" else [f"({value} IS NULL AND {text} IS NOT NULL)"]
    return " OR ".join([*doubts, *lost])


def bad_mark(column: Column, text: str, value: str) -> str | None:
    """SQL for `name,` on rows whose cell has text but no value, NULL elsewhere; None if any text is a value."""
    if SQL_TYPES[column.kind] == "VARCHAR":
        return None
    blank = f" AND {text} NOT IN {_BLANK_DATES}" if column.kind in {"date", "time"} else ""
    return f"CASE WHEN {value} IS NULL AND {text} IS NOT NULL{blank} THEN {literal(column.name + ',')} END"


def doubt_marks(column: Column, raw: str, text: str) -> list[str | None]:
    """`trim:name,` where spaces were cut from a code or number; `blank:name,` where a filler date became empty."""
    marks: list[str | None] = []
    if column.kind not in _KEEP_LEADING:
        marks.append(f"CASE WHEN length({raw}) <> length(trim({raw}, ' ')) THEN {literal(f'trim:{column.name},')} END")
    if column.kind in {"date", "time"}:
        marks.append(f"CASE WHEN {text} IN {_BLANK_DATES} THEN {literal(f'blank:{column.name},')} END")
    return marks


def empty(column: Column) -> str:
    """The column of a file that does not deliver it."""
    return f"CAST(NULL AS {column.sql_type}) AS {identifier(column.name)}"
