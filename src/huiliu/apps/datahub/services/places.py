"""Places of split lists under the names that people know them by."""

from collections.abc import Iterable, Mapping
from typing import Any

from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.exports.services import Part
from huiliu.topics import Split, place_name


def parts_of(split: Split, rows: Iterable[Mapping[str, Any]]) -> list[Part]:
    """The parts of a list from rows of `part`, `place` and `rows`."""
    known = catalog().codes["division"].values
    return [Part(row["part"], place_name(split, row["part"], row["place"], known), row["rows"]) for row in rows]
