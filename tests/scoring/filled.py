"""A clerk who fills in self-evaluation forms: complete tables with targets and actuals, by arithmetic of its own.

Nothing here is taken from the product: amounts are whole 元 or fen, points are hundredths, rounding is half up on
integers, so that what the checks hold against each other was worked out a second way.
"""

import random
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Json = dict[str, Any]
PROFILES = ("national", "national-cost", "hubei", "sichuan", "gd-heyuan-2024")

# First level, second levels, points; the execution rate is counted beside them.
FORMS: dict[str, tuple[int, list[tuple[str, list[str], int]]]] = {
    "national": (10, [("产出指标", ["数量指标", "质量指标", "时效指标", "成本指标"], 50),
                      ("效益指标", ["社会效益指标", "可持续影响指标"], 30),
                      ("满意度指标", ["服务对象满意度指标"], 10)]),
    "national-cost": (10, [("成本指标", ["经济成本指标"], 20), ("产出指标", ["数量指标", "质量指标", "时效指标"], 40),
                           ("效益指标", ["社会效益指标"], 20), ("满意度指标", ["服务对象满意度指标"], 10)]),
    "hubei": (20, [("产出指标", ["数量指标", "质量指标", "时效指标"], 40), ("效益指标", ["社会效益指标"], 30),
                   ("满意度指标", ["满意度指标"], 10)]),
    "sichuan": (10, [("产出指标", ["数量指标", "质量指标", "成本指标"], 60), ("效益指标", ["社会效益指标"], 20),
                     ("满意度指标", ["满意度指标"], 10)]),
    "gd-heyuan-2024": (12, [("过程", ["事项管理"], 8), ("产出", ["数量指标", "质量指标", "时效指标", "成本指标"], 40),
                            ("效益", ["社会效益指标", "可持续影响指标", "满意度指标"], 40)]),
}  # fmt: skip
THINGS = ("宣传资料", "培训班", "窗口设备", "自助终端", "档案柜", "业务手册", "巡检", "咨询电话", "政策讲座", "证卡")
UNITS = ("场", "台", "册", "次", "个", "套", "人次")
PLANS = ("有所提高", "逐步完善", "运行平稳", "得到加强")
RESULTS = ("办理时间缩短，群众少跑路", "制度已修订并印发", "全年无中断", "基层经办力量充实")


def half_up(top: int, bottom: int) -> int:
    """The quotient of two whole numbers above 0, rounded half up."""
    return (2 * top + bottom) // (2 * bottom)


def decimal(hundredths: int, places: int = 2) -> str:
    """A whole number of units of the last place, printed with that many decimals."""
    whole, rest = divmod(hundredths, 10**places)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)


@dataclass
class Clerk:
    """Fills in one form after another, each by the dice of one seed."""

    dice: random.Random
    profile: str

    def table(self) -> Json:
        """One complete form in the exchange format."""
        self.listed: set[tuple[str, str]] = set()
        execution, levels = FORMS[self.profile]
        block, spent, budget = self.funds()
        rows = [row for level in levels for row in self.level(*level)]
        rate_places = self.dice.choice((0, 1, 2, 2))
        rate = decimal(half_up(spent * 100 * 10**rate_places, budget), rate_places) + "%"
        points = half_up(execution * 100 * spent, budget)
        weights, scores = (
            sum(row["cents"] for row in rows) + execution * 100,
            sum(row["points"] for row in rows) + points,
        )
        assert weights == 10_000
        beside: Json | None = {"weight": execution, "rate": rate, "score": self.points(points)}
        items = [self.printed(row) for row in rows]
        if self.profile == "gd-heyuan-2024":
            name = {"level1": "过程", "level2": "资金管理", "level3": "资金支出率", "target": "100%", "actual": rate,
                    "completion": rate, "reason": "尾款按合同下年支付"}  # fmt: skip
            items.insert(0, {**name, "weight": str(execution), "score": self.points(points)})
            beside = None
        table = {"agency": "某市某中心", "project": "某项目", "year": "2024", "completeness": "full", "budget": block,
                 "budget_indicator": beside, "indicators": items, "total_weight": "100",
                 "common_reason": "尾款按合同下年支付，年末结余", "total": self.points(scores), "grade": grade(scores),
                 "date": "2025年3月12日"}  # fmt: skip
        if self.dice.random() < 0.4:
            table["spent"] = block["executed"]
        if self.dice.random() < 0.3:
            costs = [row["names"][2] for row in rows if "成本" in row["names"][1]]
            table["payments"] = self.payments(spent, costs or ["经费支出"])
        if self.dice.random() < 0.4:
            table["counts"] = self.counts([*rows, {"cents": execution * 100, "points": points}])
        return table

    def funds(self) -> tuple[Json, int, int]:
        """The fund block in 元, 万元 with two decimals or six; spending and budget in one unit of the last digit."""
        unit, places = self.dice.choice((("万元", 2), ("万元", 2), ("万元", 6), ("元", 2), ("元", 0)))
        size = 10 ** (places + (1 if unit == "万元" else 5))
        given = [self.dice.randint(size, 40 * size), self.dice.randint(0, 5 * size), self.dice.randint(0, size)]
        first = [
            amount - self.dice.randint(0, amount // 10) if self.dice.random() < 0.5 else amount for amount in given
        ]
        spent = [amount * self.dice.randint(820, 1000) // 1000 for amount in given]
        if self.dice.random() < 0.3:
            given[2] = first[2] = spent[2] = 0
        columns = [first, given, spent]
        names = ("其中：当年财政拨款", "上年结转资金", "其他资金")
        rows = {name: [decimal(cells[n], places) for cells in columns] for n, name in enumerate(names)}
        total = [decimal(sum(cells), places) for cells in columns]
        block = {"initial": total[0], "full_year": total[1], "executed": total[2], "unit": unit,
                 "rows": {"年度资金总额": total, **rows}}  # fmt: skip
        self.unit, self.places = unit, places
        yuan = sum(spent) * (10_000 if unit == "万元" else 1) // 10**places
        self.most = {"元": yuan * 100, "万元": yuan // 100}
        if self.dice.random() < 0.1:
            block = {"full_year": total[1], "executed": total[2], "unit": unit}
        elif self.dice.random() < 0.1:
            part = self.dice.randint(1, 9)
            central = [cells[0] * part // 10 for cells in columns]
            local = [cells[0] - own for cells, own in zip(columns, central, strict=True)]
            nested = {"年度资金总额": total, "财政拨款": rows["其中：当年财政拨款"],
                      "其中：中央财政": [decimal(one, places) for one in central],
                      "地方财政": [decimal(one, places) for one in local],
                      "上年结转资金": rows["上年结转资金"], "其他资金": rows["其他资金"]}  # fmt: skip
            block["rows"] = nested
        return block, sum(spent), sum(given)

    def counts(self, rows: list[Json]) -> Json:
        """How many rows were completed, the share of the others, and the bands of completion in whole percent."""
        full, done = len(rows), sum(row["points"] == row["cents"] for row in rows)
        counted = {"indicators": full, "complete": done, "incomplete": full - done}
        if self.dice.random() < 0.5:
            counted["incomplete_share"] = f"{decimal(half_up((full - done) * 1000, full), 1)}%"
        if self.dice.random() < 0.5:
            high = sum(row["points"] * 10 >= row["cents"] * 8 for row in rows)
            low = sum(row["points"] * 10 < row["cents"] * 6 for row in rows)
            bands = zip(("80以上", "60-80", "60以下"), (high, full - high - low, low), strict=True)
            counted["bands"] = {name: f"{half_up(number * 100, full)}%" for name, number in bands}
        return counted

    def payments(self, spent: int, purposes: list[str]) -> list[list[str]]:
        """Payments in the unit of the block that add up to the spending, at least one for each purpose."""
        count = len(purposes) + self.dice.randint(0, 3)
        edges = [0, *sorted(self.dice.sample(range(1, spent), count - 1)), spent]
        amounts = [b - a for a, b in pairwise(edges)]
        return [[purposes[n % len(purposes)], self.money(one, self.places), str(n)] for n, one in enumerate(amounts)]

    def money(self, amount: int, places: int) -> str:
        """An amount, the larger ones sometimes with commas."""
        text = decimal(amount, places)
        whole, dot, rest = text.partition(".")
        return f"{int(whole):,}{dot}{rest}" if self.dice.random() < 0.3 else text

    def level(self, level1: str, kinds: list[str], full: int) -> list[Json]:
        """Rows of a first level; quarter points or thirds, what is left over on the last row."""
        three_ways = {"数量指标", "成本指标"} <= set(kinds) and self.dice.random() < 0.6
        count = max(len(kinds), self.dice.randint(1, 4)) + 2 * three_ways
        cents = [full * 100 // count] * count if self.dice.random() < 0.5 else [full // count * 100] * count
        cents[-1] += full * 100 - sum(cents)
        threefold = self.threefold(level1, [cents.pop() for _ in range(3)]) if three_ways else []
        return [self.row(level1, kinds[n % len(kinds)], points) for n, points in enumerate(cents)] + threefold

    def threefold(self, level1: str, cents: list[int]) -> list[Json]:
        """How many issues, what one cost, and what they cost together, in 元 or rounded to 0.01万元."""
        thing, planned, each = self.dice.choice(THINGS), self.dice.randint(10, 60), self.dice.randint(20_00, 900_00)
        issues, limit = planned + self.dice.randint(-3, 3), each + self.dice.randint(0, each // 9)
        fen = issues * each
        total = f"{decimal(fen)}元" if self.dice.random() < 0.5 else f"{decimal(half_up(fen, 10_000))}万元"
        share = (issues, planned) if issues < planned else (1, 1)
        cells = [
            (f"≥{planned}期", f"{issues}期"),
            (f"≤{decimal(limit)}元", f"{decimal(each)}元"),
            ("控制在预算内", total),
        ]
        names = [("数量指标", "期数"), ("成本指标", "期均成本"), ("成本指标", "总成本")]
        return [self.filled((level1, kind, thing + name), cell, points, share if name == "期数" else (1, 1))
                for (kind, name), cell, points in zip(names, cells, cents, strict=True)]  # fmt: skip

    def row(self, level1: str, level2: str, cents: int) -> Json:
        """One row with its weight in hundredths, its score, its target and actual."""
        thing = self.thing(level2)
        if "成本" in level2:
            return self.cost(level1, level2, thing, cents)
        if "数量" in level2:
            return self.quantity(level1, level2, thing, cents)
        if ("社会" in level2 or "可持续" in level2 or "管理" in level2) and self.dice.random() < 0.6:
            return self.judged(level1, level2, thing, cents)
        return self.rate(level1, level2, thing, cents)

    def thing(self, level2: str) -> str:
        """What a row is about; nobody lists one thing twice under the same heading."""
        free = [thing for thing in THINGS if (level2, thing) not in self.listed]
        thing = self.dice.choice(free)
        self.listed.add((level2, thing))
        return thing

    def quantity(self, level1: str, level2: str, thing: str, cents: int) -> Json:
        """So many things; sometimes fewer than planned, sometimes a few more."""
        goal, unit, sign = self.dice.randint(12, 900), self.dice.choice(UNITS), self.dice.choice(("≥", "≥", "", "="))
        most = goal if sign == "=" else goal * 12 // 10
        done = self.dice.choice((goal, self.dice.randint(goal * 6 // 10, goal - 1), self.dice.randint(goal, most)))
        share = (done, goal) if done < goal else (1, 1)
        return self.filled((level1, level2, f"{thing}数量"), (f"{sign}{goal}{unit}", f"{done}{unit}"), cents, share)

    def rate(self, level1: str, level2: str, thing: str, cents: int) -> Json:
        """A share of 100 with up to two decimals, planned at 80 to 100."""
        places = self.dice.choice((0, 1, 2))
        name = (
            "满意度"
            if "满意" in level2
            else self.dice.choice(("合格率", "按时完成率" if "时效" in level2 else "覆盖率"))
        )
        unit = 10**places
        goal = self.dice.choice((100 * unit, self.dice.randint(80 * unit, 99 * unit)))
        done = self.dice.choice(
            (goal, self.dice.randint(goal * 7 // 10, goal - 1), self.dice.randint(goal, 100 * unit))
        )
        share = (done, goal) if done < goal else (1, 1)
        cells = (f"≥{decimal(goal, places)}%", f"{decimal(done, places)}%")
        return self.filled((level1, level2, f"{thing}{name}"), cells, cents, share)

    def cost(self, level1: str, level2: str, thing: str, cents: int) -> Json:
        """Money not to be exceeded, in 元 or 万元 with two decimals; sometimes exceeded; never all that was spent."""
        unit = self.dice.choice(("元", "万元"))
        goal = self.dice.randint(300, min(90_000, self.most[unit] * 10 // 13))
        done = self.dice.choice(
            (goal, self.dice.randint(goal * 8 // 10, goal), self.dice.randint(goal + 1, goal * 13 // 10))
        )
        share = (goal, done) if done > goal else (1, 1)
        return self.filled(
            (level1, level2, f"{thing}成本"), (f"≤{decimal(goal)}{unit}", f"{decimal(done)}{unit}"), cents, share
        )

    def judged(self, level1: str, level2: str, thing: str, cents: int) -> Json:
        """A goal in words, judged in full or at some percent."""
        percent = self.dice.choice((100, 100, self.dice.randint(60, 99)))
        cells = self.dice.choice(PLANS), self.dice.choice(RESULTS)
        row = self.filled((level1, level2, f"{thing}服务效果"), cells, cents, (percent, 100))
        return row | {"completion": None} if self.dice.random() < 0.5 else row

    def filled(self, names: tuple[str, str, str], cells: tuple[str, str], cents: int, share: tuple[int, int]) -> Json:
        """Score and completion from the share reached, as (part, whole); the reason where points are lost."""
        part, whole = share
        points = half_up(cents * part, whole)
        return {"names": names, "cells": cells, "cents": cents, "points": points,
                "completion": decimal(half_up(part * 10_000, whole)) + "%",
                "reason": "" if points == cents else "人员培训不足，设备故障，群众等候时间长"}  # fmt: skip

    def printed(self, row: Json) -> Json:
        """The row as the form prints it; only some forms have a column for the completion."""
        level1, level2, level3 = row["names"]
        item = {"level1": level1, "level2": level2, "level3": level3, "target": row["cells"][0],
                "actual": row["cells"][1], "weight": self.points(row["cents"]), "score": self.points(row["points"]),
                "reason": row["reason"]}  # fmt: skip
        return item | {"completion": row["completion"]} if self.profile == "gd-heyuan-2024" else item

    def points(self, hundredths: int) -> str:
        """Points with two decimals, whole ones sometimes without."""
        bare = hundredths % 100 == 0 and self.dice.random() < 0.5
        return str(hundredths // 100) if bare else decimal(hundredths)


def grade(hundredths: int) -> str:
    """The word of a total out of 100."""
    return "优" if hundredths >= 9_000 else "良" if hundredths >= 8_000 else "中" if hundredths >= 6_000 else "差"


def filled_in(seed: int, profile: str) -> Json:
    """The form that one seed fills in."""
    return Clerk(random.Random(f"{profile}:{seed}"), profile).table()
