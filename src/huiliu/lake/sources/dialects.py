"""What differs between front-end databases in the little SQL that reading them needs; all of it is in this file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

CutName = Literal["snapshot", "transaction", "double_read"]


@dataclass(frozen=True)
class Dialect:
    """One kind of database.

    `text` and `number` cast an expression to the text that is delivered, and to an exact number for sums. `settings`
    make a new connection spell dates and read texts as we mean them, whatever its owner has set. `begin` are
    the statements of a read-only transaction that sees one moment; `share` gives a name to that moment, and `join` lets
    another connection see it too (None where the database cannot). `cut` is how one moment is held unless the
    configuration says otherwise; `tested` is False where no such server could be run against.
    """

    name: str
    label: str
    number: str
    text: str = "{0}"
    quotes: str = '""'
    settings: tuple[str, ...] = ()
    begin: tuple[str, ...] = ()
    share: str | None = None
    join: str | None = None
    cut: CutName = "transaction"
    probe: str = "SELECT 1"
    port: int = 0
    driver: str = ""
    extra: str | None = None
    tested: bool = False

    def quoted(self, name: str) -> str:
        """An identifier exactly as the database reported it."""
        opening, closing = self.quotes[0], self.quotes[-1]
        return f"{opening}{name.replace(closing, closing * 2)}{closing}"

    def as_text(self, expression: str) -> str:
        return self.text.format(expression)

    def as_number(self, expression: str) -> str:
        return self.number.format(expression)


_POSTGRES_SETTINGS = (
    "SET datestyle TO ISO, YMD",
    "SET standard_conforming_strings TO on",
    "SET lock_timeout TO '60s'",  # a table that somebody locks must not hold up the night
)
_POSTGRES_BEGIN = ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",)


def _postgres(name: str, label: str, driver: str, port: int, *, tested: bool) -> Dialect:
    """PostgreSQL and its relatives speak one language; only PostgreSQL itself has been run against."""
    return Dialect(
        name=name,
        label=label,
        number="CAST({0} AS numeric)",
        text="CAST({0} AS text)",
        settings=_POSTGRES_SETTINGS,
        begin=_POSTGRES_BEGIN,
        share="SELECT pg_export_snapshot()",
        join="SET TRANSACTION SNAPSHOT '{0}'",
        cut="snapshot",
        port=port,
        driver=driver,
        tested=tested,
    )


DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect
    for dialect in (
        _postgres("postgresql", "PostgreSQL", "adbc_driver_postgresql", 5432, tested=True),
        _postgres("kingbase", "人大金仓 KingbaseES", "psycopg", 54321, tested=False),
        _postgres("opengauss", "openGauss", "psycopg", 5432, tested=False),
        Dialect(
            name="mysql",
            label="MySQL",
            number="CAST({0} AS DECIMAL(38,6))",
            text="CAST({0} AS CHAR)",
            quotes="``",
            settings=("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')",),
            begin=(
                "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            ),
            port=3306,
            driver="pymysql",
            extra="mysql",
        ),
        # Its dates have no spelling of their own but the session's: they are fetched as values and spelled here.
        Dialect(
            name="oracle",
            label="Oracle",
            number="TO_NUMBER({0})",
            begin=("SET TRANSACTION READ ONLY",),
            probe="SELECT 1 FROM DUAL",
            port=1521,
            driver="oracledb",
            extra="oracle",
        ),
        # Whether a read-only transaction of 达梦 sees one moment could not be tried, so it is not relied upon.
        Dialect(
            name="dm",
            label="达梦 DM8",
            number="CAST({0} AS DECIMAL(38,6))",
            cut="double_read",
            port=5236,
            driver="dmPython",
            extra="dm",
        ),
    )
}
