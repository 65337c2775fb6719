"""What came of the 2024 project, done again: supervision, what was typed with its paper, and the scores declared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from huiliu.documents.workbook import Sheet, workbook

AUTHOR = "合成"


@dataclass
class Results:
    """The results as the story tells them; `by` gives user and actor of a post, `kept` supervisions by their name."""

    told: Mapping[str, Any]
    by: Callable[[str], dict[str, Any]]
    kept: dict[str, Any] = field(default_factory=dict)

    def acts(self) -> list[tuple[date, Callable[[], None]]]:
        """Every act with its day."""
        told = self.told
        return [
            *((one["day"], lambda one=one: self.supervise(one)) for one in told["supervised"]),
            *((one["day"], lambda one=one: self.rectify(one)) for one in told["rectified"]),
            *((one["day"], lambda one=one: self.fill(one)) for one in told["typed"]),
            (told["declared"]["day"], self.declare),
        ]

    def supervise(self, told: Mapping[str, Any]) -> None:
        """The internal control post writes down who looked at what."""
        from huiliu.apps.control.services.supervision import Document, Supervised, supervision_record

        said = {name: value for name, value in told.items() if name != "name"}
        wanted = Supervised(project=self.told["project"]["code"], **said)
        sheet = paper(told["day"], told["matter"], [told.get("finding", "合成：未发现问题")])
        document = Document(sheet, f"合成-监管-{told['day']}.xlsx")
        self.kept[told["name"]] = supervision_record(wanted=wanted, document=document, **self.by("control"))

    def rectify(self, told: Mapping[str, Any]) -> None:
        """What was found is put right: a further row says so."""
        from huiliu.apps.control.services.supervision import Correction, Supervised, supervision_correct

        before = self.kept[told["name"]]
        said = {name: getattr(before, name) for name in Supervised.__dataclass_fields__}
        wanted = Supervised(**{**said, "rectified_on": told["day"]})
        supervision_correct(correction=Correction(before.pk, told["reason"]), wanted=wanted, **self.by("control"))

    def fill(self, told: Mapping[str, Any]) -> None:
        """The accountant types what no record tells, with the paper that says it."""
        from huiliu.apps.performance.services import ByHand, measurement_fill

        sheet = paper(told["day"], f"第 {told['row']} 行的实际完成值", told["told"])
        said = ByHand(told["row"], Decimal(told["value"]), told["reason"], sheet, f"佐证-{told['row']}.xlsx")
        measurement_fill(project=self.told["project"]["code"], year=self.told["year"], said=said, **self.by("finance"))

    def declare(self) -> None:
        """The scores of the published report, beside those that are computed."""
        from huiliu.apps.performance.selectors.targets import set_of
        from huiliu.apps.performance.services import NewScore, scores_declare

        targets = set_of(self.told["project"]["code"], self.told["year"])
        assert targets is not None
        told = self.told["declared"]
        scores = [
            NewScore(one["row"], Decimal(one["points"]), one.get("reason", told["common"])) for one in told["scores"]
        ]
        scores_declare(targets=targets.pk, scores=scores, **self.by("finance"))


def paper(day: date, title: str, lines: Sequence[str]) -> BytesIO:
    """A paper that says what the published report says of a matter and what is invented."""
    sheet = Sheet("说明", title, ("内容", "日期"), [(line, day) for line in lines], ("演示用的说明，不是原始凭证",))
    return BytesIO(workbook([sheet], author=AUTHOR, made_at=datetime.combine(day, time())))
