"""What followed the 2024 self-evaluation, done again: matters to be put right, by those who own and who close them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from huiliu.cli.results import Results, paper


@dataclass
class FollowUp:
    """What the story tells of the time after; `results` knows the supervisions, `matters` what was given by its day."""

    told: Mapping[str, Any]
    by: Callable[[str], dict[str, Any]]
    results: Results
    matters: dict[date, Any] = field(default_factory=dict)

    def acts(self) -> list[tuple[date, Callable[[], None]]]:
        """Every act with its day."""
        found: list[tuple[date, Callable[[], None]]] = []
        for one in self.told["rectifications"]:
            found.append((one["day"], partial(self.assign, one)))
            found += [(step["day"], partial(self.step, one, step)) for step in one["steps"]]
        found += [(one["day"], partial(self.review, one)) for one in self.told["reviewed"]]
        return found

    def review(self, told: Mapping[str, Any]) -> None:
        """Control writes down what the department gave."""
        from huiliu.apps.performance.services.reviews import Document, Given, NewReview, review_record

        scores = tuple(Given(one["row"], Decimal(str(one["points"])), one["reason"]) for one in told["scores"])
        names = ("body", "body_name", "reviewed_on", "document_no")
        place = (self.told["project"]["code"], self.told["year"])
        wanted = NewReview(*place, **{name: told[name] for name in names}, scores=scores)
        document = Document(paper(told["reviewed_on"], told["document_no"], told["told"]), "合成-复核意见.xlsx")
        review_record(wanted=wanted, document=document, **self.by("control"))

    def assign(self, told: Mapping[str, Any]) -> None:
        """Control gives a matter to a person."""
        from huiliu.apps.performance.services.rectifications import Matter, rectification_assign

        names = ("origin", "source", "matter", "measure", "due_on")
        values = {name: told[name] for name in names} | {"owner": self.by(told["owner"])["user"]}
        if told["origin"] == "supervision":
            values["source"] = str(self.results.kept[told["source"]].pk)
        wanted = Matter(self.told["project"]["code"], self.told["year"], **values)
        self.matters[told["day"]] = rectification_assign(wanted=wanted, **self.by("control"))

    def step(self, told: Mapping[str, Any], done: Mapping[str, Any]) -> None:
        """What was done about it, with the paper that proves it."""
        from huiliu.apps.performance.services.rectifications import Paper, Step, rectification_step

        file = paper(done["day"], told["matter"], done["told"]) if "told" in done else None
        sent = Paper(file, f"合成-整改-{done['day']}.xlsx") if file else None
        step = Step(self.matters[told["day"]].pk, done["act"], done["note"], sent)
        rectification_step(step=step, **self.by(done["by"]))
