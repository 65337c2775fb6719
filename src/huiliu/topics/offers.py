"""What a viewer may do with an item: pages offer exactly this, and queries are held to it."""

from huiliu.kernel.masking import is_within
from huiliu.topics.definition import Item
from huiliu.topics.sight import Sight
from huiliu.topics.words import AGGREGATES, OPERATORS, WITHOUT_VALUE, Aggregate, Operator

# What may be looked for by its whole value, while a purpose runs, without being shown.
SOUGHT = frozenset({"id_number", "name", "phone", "bank_account"})
_EQUALITY = frozenset({Operator.EQUAL, Operator.AMONG})
_OF_ONE_ROW = frozenset({Aggregate.LEAST, Aggregate.GREATEST})


def is_opened(item: Item, sight: Sight) -> bool:
    """Whether some of the viewer's grants open the item's values, row by row; an open item always is."""
    return not item.is_protected or any(is_within(item.level, grant.level) for grant in sight.opened)


def is_plain(item: Item, sight: Sight) -> bool:
    """Whether the item may be grouped and sorted by: it is open, or shown in full where it is opened."""
    return not item.is_protected or (sight.full and is_opened(item, sight))


def operators(item: Item, sight: Sight) -> frozenset[Operator]:
    """The comparisons the viewer may make with the item; of a protected one none, or equality alone.

    Without the right to lists no number that singles out one person: everybody but one, taken from everybody, is one.
    """
    known = OPERATORS.get(item.kind, frozenset())
    if _is_of_one_person(item) and not sight.lists:
        known = known & WITHOUT_VALUE
    if is_plain(item, sight):
        return known
    return known & _EQUALITY if item.kind in SOUGHT and is_opened(item, sight) else frozenset()


def _is_of_one_person(item: Item) -> bool:
    """Whether it numbers a person or one of their rows, and nothing that many share."""
    return item.kind == "id" and item.grouping != "all" and "person_no" in item.table.by_name


def aggregates(item: Item, sight: Sight) -> frozenset[Aggregate]:
    """The measures the viewer may take of the item. The least and the greatest are one person's value: lists only."""
    if item.is_protected:
        return frozenset({Aggregate.DISTINCT}) if is_plain(item, sight) else frozenset()
    known = AGGREGATES.get(item.kind, frozenset())
    return known if sight.lists else known - _OF_ONE_ROW


def can_group(item: Item, sight: Sight) -> bool:
    """Whether the viewer may group by the item."""
    allowed = item.grouping == "all" or (item.grouping == "list" and sight.lists)
    return allowed and is_plain(item, sight)
