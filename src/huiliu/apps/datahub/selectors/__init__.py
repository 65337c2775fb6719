"""What this part can be asked: nights, persons, and rows of the library as people may see them."""

from huiliu.apps.datahub.selectors.agreement import lake_agreement
from huiliu.apps.datahub.selectors.display import catalog, code_meaning, masked_row, page_table
from huiliu.apps.datahub.selectors.library import (
    Look,
    Source,
    choice_of,
    library,
    look,
    page_as_of,
    pointer_as_of,
    source_of,
)
from huiliu.apps.datahub.selectors.nights import is_late
from huiliu.apps.datahub.selectors.persons import masked_names
from huiliu.apps.datahub.selectors.reach import SCHEME, Reach, is_whole, reach_of, reaches

__all__ = [
    "SCHEME",
    "Look",
    "Reach",
    "Source",
    "catalog",
    "choice_of",
    "code_meaning",
    "is_late",
    "is_whole",
    "lake_agreement",
    "library",
    "look",
    "masked_names",
    "masked_row",
    "page_as_of",
    "page_table",
    "pointer_as_of",
    "reach_of",
    "reaches",
    "source_of",
]
