"""The truth about the city, taken from the simulated events themselves: what can be found, and what nobody can."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huiliu.demo.dates import END, NIGHTS, day_text

NOTICE = "合成数据：人员、单位、证件号码、账号、金额全部由程序生成，与任何真实个人或单位无关。"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that should not be: whose, of which month, how much (fen), and from when to when it is shown."""

    person_no: str
    month: str
    amount: int
    since: str
    until: str = ""
    why: str = ""

    def seen_at(self, moment: str) -> bool:
        """Whether the library of that moment shows the row as it should not be."""
        return self.since <= moment and (not self.until or moment < self.until)

    def as_label(self) -> dict[str, str]:
        """Person, month and yuan, as the labels file holds them."""
        label = {
            "person_no": self.person_no,
            "month": self.month,
            "amount": f"{self.amount // 100}.{self.amount % 100:02d}",
        }
        return label | ({"why": self.why} if self.why else {})


@dataclass
class Truth:
    """Everything the events know to be wrong, collected while the lives are written down."""

    paid_after_death: list[Wrong] = field(default_factory=list)
    not_findable: list[Wrong] = field(default_factory=list)
    contributed_after_death: list[Wrong] = field(default_factory=list)
    contributed_not_findable: list[Wrong] = field(default_factory=list)
    double_contribution: list[Wrong] = field(default_factory=list)
    deaths: list[dict[str, str]] = field(default_factory=list)
    shared_account: list[list[str]] = field(default_factory=list)
    wrong_death_record: list[dict[str, str]] = field(default_factory=list)

    def as_dict(self, refused: str) -> dict[str, Any]:
        """Labels after every night; those at the top are of the last night that can be published."""
        nights = {day_text(night): self._after(day_text(night) + "235959") for night in NIGHTS}
        last_good = max(night for night in nights if night < refused)
        return {
            "notice": NOTICE,
            "refused": refused,
            "last_good": last_good,
            **nights[last_good],
            "shared_account": self.shared_account,
            "wrong_death_record": self.wrong_death_record,
            "deaths": self.deaths,
            "nights": nights,
        }

    def _after(self, moment: str) -> dict[str, list[dict[str, str]]]:
        kinds = {
            "paid_after_death": self.paid_after_death,
            "not_findable": self.not_findable,
            "contributed_after_death": self.contributed_after_death,
            "contributed_not_findable": self.contributed_not_findable,
            "double_contribution": self.double_contribution,
        }
        return {kind: [wrong.as_label() for wrong in found if wrong.seen_at(moment)] for kind, found in kinds.items()}

    def payment(self, wrong: Wrong, registered: str, why: str) -> None:
        """File a payment made after death: findable from the registration on, if the register's day allows it.

        `why` not empty says why the register never will allow it; before the registration nobody can find it either.
        """
        _file(wrong, registered, why, self.paid_after_death, self.not_findable)

    def contribution(self, wrong: Wrong, registered: str, why: str) -> None:
        """File a contribution for a month after death in the same manner."""
        _file(wrong, registered, why, self.contributed_after_death, self.contributed_not_findable)


def _file(wrong: Wrong, registered: str, why: str, findable: list[Wrong], hidden: list[Wrong]) -> None:
    until = wrong.until
    if why or registered > END:
        reason = why or "death_not_registered"
        hidden.append(Wrong(wrong.person_no, wrong.month, wrong.amount, wrong.since, until, reason))
        return
    if wrong.since < registered:
        hidden.append(
            Wrong(wrong.person_no, wrong.month, wrong.amount, wrong.since, registered, "death_not_registered")
        )
    findable.append(Wrong(wrong.person_no, wrong.month, wrong.amount, max(wrong.since, registered), until))


def write_labels(path: Path, truth: Truth, refused: str, head: dict[str, Any]) -> None:
    """One JSON file with sorted keys and a line break at its end."""
    content = truth.as_dict(refused) | head
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
