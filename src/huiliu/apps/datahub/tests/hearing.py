"""A lake of one table about which things can be wrong: two nights, and three rows of the second in quarantine.

H1 is loaded, then its change waits (more granted than claimed), with H2 (no witness) and H3 (an amount in words).
"""

from pathlib import Path

from huiliu.apps.datahub.tests.town import NIGHT, Site
from huiliu.catalog import Catalog
from huiliu.lake.engine import EngineSettings
from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night

HEARING = '''"""Hearings about payments made by mistake."""

from huiliu.lake.tables import Column, not_null, row_check, table

hearing = table(
    name="hearing",
    label="追回听证",
    grain=("hearing_no",),
    subject="person_no",
    columns=(
        Column("hearing_no", code="ZZZ910", kind="id", label="听证编号", level="L2"),
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("witness", code="ZZZ901", kind="name", label="见证人", level="L3"),
        Column("claimed", code="ZZZ911", kind="money", label="主张金额", level="L2", malformed="quarantine"),
        Column("granted", code="ZZZ912", kind="money", label="认定金额", level="L2"),
    ),
    checks=(
        not_null("witness", severity="quarantine"),
        row_check("granted_over_claimed", "认定大于主张", "granted > claimed", severity="quarantine"),
    ),
)
'''
HEADER = "hearing_no,person_no,witness,claimed,granted,changed_at\n"
STAMP = ",2025-03-31 18:00:00\n"
FIRST = "H1,P1,欧阳听风,100.00,50.00"
NAMELESS = "H2,P2,,100.00,50.00"
UNREAD = "H3,P3,钱七,一百元,50.00"
CHANGED = "H1,P1,欧阳听风,100.00,130.00"


def deliver(home: Site, day: str, *rows: str) -> None:
    """Put one day's hearings into the inbox."""
    folder = home.inbox / f"449900_{day}"
    folder.mkdir(parents=True)
    (folder / "hearing.csv").write_text(HEADER + "".join(row + STAMP for row in rows), encoding="utf-8")


def run(home: Site, catalog: Path) -> None:
    """One night, which must be taken."""
    lake = LakeHome(home.lake, EngineSettings(memory_limit="300MB", threads=1))
    feed = Feed({"hearing": FeedTable(("hearing.csv",))}, division="449900")
    tables = {"hearing": Catalog.load(catalog).tables["hearing"]}
    night = run_night(lake, home.inbox, tables, feed, NIGHT)[-1]
    assert night.failures == ()


def build(root: Path) -> None:
    """The catalogue in `root/catalog` and both nights in `root/home`."""
    folder = root / "catalog" / "tables" / "person"
    folder.mkdir(parents=True)
    (folder / "hearing.py").write_text(HEARING, encoding="utf-8")
    home = Site(root / "home")
    deliver(home, "20250331", FIRST)
    run(home, root / "catalog")
    deliver(home, "20250401", CHANGED, NAMELESS, UNREAD)
    run(home, root / "catalog")
