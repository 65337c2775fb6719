"""What the page offers for a topic: items by table, comparisons, groups and measures, exactly as far as one may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from huiliu.apps.datahub.selectors.display import catalog
from huiliu.topics import Aggregate, Item, Operator, Sight, Topic, offers
from huiliu.topics.definition import SUBJECTS
from huiliu.topics.words import BANDS, ELDEST, FLAGS, OF_MEASURES, OPERATORS, WITH_OTHER_ITEM

CODES_LISTED = 400  # longer lists are typed: a picker of more is none


@dataclass(frozen=True)
class Choice:
    """One entry of a list of choices."""

    value: str
    label: str


@dataclass(frozen=True)
class Part:
    """The entries that come from one table."""

    label: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Offered:
    """Everything a page may offer for a topic to one viewer."""

    topic: Topic
    sight: Sight

    @property
    def shown(self) -> list[Part]:
        """Items of a list; protected ones say so."""
        return self._parts(lambda item: [Choice(item.name, item.label + ("（脱敏）" if item.is_protected else ""))])

    @property
    def compared(self) -> list[Part]:
        """Items that conditions may speak of."""
        return self._parts(lambda item: [_plain(item)] if offers.operators(item, self.sight) else [])

    @property
    def others(self) -> list[Part]:
        """Items that may stand on the right."""
        return self._parts(
            lambda item: [_plain(item)] if not item.is_protected and WITH_OTHER_ITEM & OPERATORS[item.kind] else []
        )

    @property
    def grouped(self) -> list[Part]:
        """Items to group by."""
        return self._parts(lambda item: [_plain(item)] if offers.can_group(item, self.sight) else [])

    @property
    def measured(self) -> list[Part]:
        """Measures: how many rows, and each item's own."""
        counted = Part("", [Choice("count:", "笔数（行数）")])
        return [counted, *self._parts(lambda item: self._measures(item, ":"))]

    @property
    def sorted(self) -> list[Part]:
        """What a result may be ordered by: open items, and measures by their own names."""
        items = self._parts(lambda item: [_plain(item)] if offers.is_plain(item, self.sight) else [])
        measures = [Choice("count", "笔数"), *(c for item in self.topic.items for c in self._measures(item, "_"))]
        return [*items, Part("统计结果", measures)]

    @property
    def operators(self) -> list[Choice]:
        """Every comparison; which of them an item takes, the page's script knows and the service decides."""
        return [Choice(str(operator), operator.label) for operator in Operator]

    @property
    def held(self) -> list[Choice]:
        """What measures may be compared by, to show only some groups."""
        return [Choice(str(operator), operator.label) for operator in Operator if operator in OF_MEASURES]

    @property
    def known(self) -> dict[str, Any]:
        """For the page's script: of each item the kind, the comparisons and the codes."""
        return {item.name: self._known(item) for item in self.topic.items}

    def _known(self, item: Item) -> dict[str, Any]:
        code = bool(item.codes)
        return {
            "kind": item.kind,
            "operators": [str(o) for o in Operator if o in offers.operators(item, self.sight)],
            "values": [[v, f"{v} {label}" if code else label] for v, label in known_values(item)],
        }

    def _measures(self, item: Item, mark: str) -> list[Choice]:
        found = offers.aggregates(item, self.sight)
        label = self.topic.measure_label
        return [Choice(f"{a}{mark}{item.name}", label(a, item)) for a in Aggregate if a in found]

    def _parts(self, made: Any) -> list[Part]:
        parts = []
        own = SUBJECTS[self.topic.subject]  # whose row it is comes first, as people read lists
        for table in sorted(self.topic.tables, key=lambda table: table.name != own):
            choices = [choice for item in self.topic.items if item.table is table for choice in made(item)]
            if choices:
                parts.append(Part(table.label, choices))
        return parts


def known_values(item: Item) -> list[tuple[str, str]]:
    """The values that an item may have, with their meaning; nothing where there are none or too many to choose from."""
    if item.kind == "band":
        return [(label, label) for label in (*(label for label, _ in BANDS), ELDEST)]
    if item.kind == "flag":
        return [(flag, flag) for flag in FLAGS]
    codes = catalog().codes[item.codes].offered if item.codes and item.codes in catalog().codes else {}
    return list(codes.items()) if len(codes) <= CODES_LISTED else []


def _plain(item: Item) -> Choice:
    return Choice(item.name, item.label)
