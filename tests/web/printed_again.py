"""The figures of a published table made again from its text in the database."""

import json
from fractions import Fraction

from web.evaluator import Again, NothingError, half_up, rows


class PrintedAgain(Again):
    """The figures of a published table, which print no formula a program can follow: from its text in the database."""

    def __init__(self, book, name):
        super().__init__(book)
        [(text,)] = rows("SELECT table FROM performance_evaluation WHERE name = %s".replace("table", '"table"'), name)
        self.table = json.loads(text)
        self.items = self.table["indicators"]

    def value(self, name):
        if name not in self.known:
            try:
                self.known[name] = self.made(name)
            except (NothingError, ZeroDivisionError, TypeError):
                self.known[name] = None
        return self.known[name]

    def number(self, value):
        if value in (None, ""):
            return None
        return Fraction(str(value).strip().rstrip("%"))

    def made(self, name):
        first, *rest = name.split(".")
        make = getattr(self, f"make_{first}")
        return make(*rest)

    def make_budget(self, part):
        if part == "gap":
            return self.value("budget.initial") - self.value("budget.issued")
        if part == "gap_share":
            return self.value("budget.gap") / self.value("budget.initial") * 100
        return self.number(self.table["budget"].get(part))

    def make_spent(self):
        return self.number(self.table["spent"])

    def make_rate(self, basis):
        return self.value("budget.executed") / self.value(f"budget.{basis}") * 100

    def make_item(self, at, part):
        item = self.items[int(at) - 1]
        weight, declared = self.number(item["weight"]), self.number(item["score"])
        done = self.number(item["completion"])
        if part == "score":
            return half_up(min(weight, weight * done / 100), 2)
        return {"weight": weight, "declared": declared, "completion": done, "implied": declared / weight * 100}[part]

    def make_level(self, at, part):
        names = list(dict.fromkeys(item["level1"] for item in self.items))
        wanted = [n for n, item in enumerate(self.items, 1) if item["level1"] == names[int(at) - 1]]
        return sum(self.value(f"item.{n}.{part}") for n in wanted)

    def make_total(self, part):
        scores = [self.value(f"item.{n}.score") for n in range(1, len(self.items) + 1)]
        declared = [self.value(f"item.{n}.declared") for n in range(1, len(self.items) + 1)]
        if part == "recomputed":
            return sum(score for score in scores if score is not None)
        if part == "unchecked":
            return sum(own for own, score in zip(declared, scores, strict=True) if score is None)
        if part == "printed":
            return self.number(self.table["total"])
        return sum(declared) if part == "declared" else sum(self.number(item["weight"]) for item in self.items)

    def rates(self):
        return [
            self.value(f"item.{n}.completion") if item["completion"] else self.value(f"item.{n}.implied")
            for n, item in enumerate(self.items, 1)
        ]

    def make_count(self, part):
        whole, rates = len(self.items), self.rates()
        complete = sum(rate >= 100 for rate in rates)
        counts = {"indicators": whole, "complete": complete, "incomplete": whole - complete}
        name, *_ = part.partition("_share")
        return Fraction(counts[name] * 100, whole) if part.endswith("_share") else Fraction(counts[name])

    def make_band(self, at):
        inside = [rate >= 80 for rate in self.rates()], [60 <= rate < 80 for rate in self.rates()]
        found = (*inside, [rate < 60 for rate in self.rates()])[int(at) - 1]
        return Fraction(sum(found) * 100, len(found))

    def make_sensitivity(self, basis, part):
        score = half_up(self.value("item.1.weight") * self.value(f"rate.{basis}") / 100, 2)
        if part == "score":
            return score
        return self.value("total.declared") - self.value("item.1.declared") + score
