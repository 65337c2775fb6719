"""Lists split by place: which column says the county, town or village of a row, and what that place is called."""

from collections.abc import Mapping
from dataclasses import dataclass

from huiliu.kernel.masking import is_open
from huiliu.lake.tables import Table
from huiliu.topics.definition import SUBJECTS, Topic

PART, PLACE = "_part", "_place"
TOWN_NAME = "town_name"


@dataclass(frozen=True)
class Split:
    """One way to split: a column of the person's or unit's table, and how many of its digits name the place."""

    code: str
    label: str
    column: str
    digits: int

    def fits(self, table: Table) -> bool:
        """Whether rows of the table say such a place, openly."""
        column = table.by_name.get(self.column)
        return column is not None and is_open(column.level)

    def part(self, table: Table) -> str:
        """The SQL of a row's place; '' where the row says none."""
        return f"coalesce(left({table.name}.{self.column}, {self.digits}), '')"

    def place(self, table: Table) -> str:
        """The SQL of what the row calls its town; only towns and villages are within one."""
        return f"{table.name}.{TOWN_NAME}" if self.digits > 6 and TOWN_NAME in table.by_name else "NULL"


# GB/T 2260 and GB/T 10114: six digits to the county, nine to the town, twelve to the village.
SPLITS: Mapping[str, Split] = {
    split.code: split
    for split in (
        Split("county", "按县区", "division", 6),
        Split("town", "按街道乡镇", "town", 9),
        Split("village", "按社区村", "village", 12),
    )
}


def place_table(topic: Topic) -> Table | None:
    """The table that says where the person or unit of a row is; None for a topic that does not read it."""
    wanted = SUBJECTS[topic.subject]
    return next((table for table in topic.tables if table.name == wanted), None)


def splits_of(topic: Topic) -> dict[str, Split]:
    """The ways in which lists of a topic can be split."""
    table = place_table(topic)
    return {code: split for code, split in SPLITS.items() if table is not None and split.fits(table)}


def place_name(split: Split, code: str, town: str | None, known: Mapping[str, str]) -> str:
    """What a place is called: as the list of divisions has it, else by its town; a village without a name by both."""
    if code in known or not town:
        return known.get(code, code)
    return town if split.code == "town" else f"{town} {code}"
