"""What a query means, worked out row by row in plain Python from the raw rows: no SQL, nothing of the compiler."""

import unicodedata
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from huiliu.kernel.masking import mask

RELATIONS = {"person_no": ["enrolment"], "unit_no": ["unit_contribution", "enrolment"]}
OWNERS = {"person_no": "person", "unit_no": "unit"}


class Naive:
    """The answers that a city must give on a day."""

    def __init__(self, rows, topic, sight, day):
        self.rows, self.topic, self.sight, self.day = rows, topic, sight, day
        self.subject = topic.base.subject
        self.schemes = defaultdict(set)
        for table in RELATIONS[self.subject]:
            for row in rows[table]:
                self.schemes[row[self.subject]].add(row["insurance_type"])
        self.owners = {row[self.subject]: row for row in rows[OWNERS[self.subject]]}

    def reached(self, row, table, grant):
        if not (grant.division or grant.schemes):
            return True
        owner = self.owners.get(row[self.subject])
        if owner is None or (grant.division and owner["division"] != grant.division):
            return False
        if not grant.schemes:
            return True
        mine = self.schemes[row[self.subject]] & grant.schemes
        return bool(mine) and ("insurance_type" not in table.by_name or row["insurance_type"] in grant.schemes)

    def seen(self):
        """The joined rows within reach, each with all items as they are shown."""
        base = self.topic.base
        for row in self.rows[base.name]:
            if not any(self.reached(row, base, grant) for grant in self.sight.reach):
                continue
            parts = {base.name: row}
            for join in self.topic.joins:
                found = [
                    other
                    for other in self.rows[join.table.name]
                    if all(row[ours] is not None and other[theirs] == row[ours] for theirs, ours in join.keys.items())
                ]
                if "insurance_type" in join.table.by_name:
                    found = [
                        other
                        for other in found
                        if any(
                            self.reached({**other, self.subject: row[self.subject]}, join.table, grant)
                            for grant in self.sight.reach
                        )
                    ]
                assert len(found) <= 1, "a join doubles rows"
                parts[join.table.name] = found[0] if found else {}
            yield row, {item.name: self.shown(item, parts[item.table.name]) for item in self.topic.items}

    def shown(self, item, row):
        value = self.value(item, row)
        if item.is_protected:
            return mask(item.kind, value) or None
        return value

    def value(self, item, row):
        value = row.get(item.columns[0].name)
        if value in (None, ""):
            return None
        if item.form == "year":
            return value.year if isinstance(value, date) else value // 100
        if item.form == "month":
            return value.year * 100 + value.month
        if item.form == "rest":
            return value - (row.get(item.columns[1].name) or 0)
        if item.form == "newest":
            who = item.columns[1].name
            rest = [other for other in self.rows[item.table.name] if other[who] == row[who]]
            dates = [other[item.columns[0].name] for other in rest if other[item.columns[0].name]]
            return "是" if value == max(dates) else "否"
        if item.form == "age_band":
            age = self.day.year - value.year
            if age < 20:
                return "20岁以下"
            return "80岁及以上" if age >= 80 else f"{age // 10 * 10}—{age // 10 * 10 + 9}岁"
        return value

    def holds(self, condition, items):
        item, left = self.topic.by_name[condition.item], items[condition.item]
        name = str(condition.operator)
        if name in ("empty", "filled"):
            return (left is None) == (name == "empty")
        if condition.other is not None:
            rights = [items[condition.other]]
        elif condition.months is not None:
            rights = [shifted(item.kind, self.day, condition.months)]
        else:
            rights = [typed(item.kind, text) for text in condition.values]
        if name == "unequal":
            return left != rights[0]
        if name == "lacks":
            return left is None or rights[0] not in left
        if left is None or None in rights:
            return False
        return {
            "equal": lambda: left == rights[0],
            "above": lambda: left > rights[0],
            "at_least": lambda: left >= rights[0],
            "below": lambda: left < rights[0],
            "at_most": lambda: left <= rights[0],
            "contains": lambda: rights[0] in left,
            "starts": lambda: left.startswith(rights[0]),
            "among": lambda: left in rights,
            "between": lambda: rights[0] <= left <= rights[1],
        }[name]()

    def kept(self, query):
        for row, items in self.seen():
            asked = any(all(self.holds(c, items) for c in group) for group in query.conditions)
            if (asked or not query.conditions) and all(self.holds(c, items) for c in self.topic.fixed):
                yield row, items

    def list(self, query):
        found = list(self.kept(query))
        found.sort(key=lambda pair: [last(pair[0][name]) for name in self.topic.base.grain])
        for sort in reversed(query.sort):
            found = ordered(found, lambda pair, by=sort.by: pair[1][by], sort.descending)
        rows = [(*(items[name] for name in query.items), row[self.subject]) for row, items in found]
        return rows[: query.limit] if query.limit else rows

    def statistics(self, query):
        return self.added_up(query, self.held(query, list(self.kept(query))))

    def added_up(self, query, kept):
        pivoted = [[g for g in query.group_by if g != query.pivot], [query.pivot]] if query.pivot else []
        sets = [list(query.group_by), *pivoted, []] if query.group_by else [[]]
        found = []
        for members in sets:
            groups = defaultdict(list)
            for row, items in kept:
                groups[tuple(items[name] for name in members)].append((row, items))
            if not members and not groups:
                groups[()] = []
            for key, rows in groups.items():
                named = dict(zip(members, key, strict=True))
                total = sum(1 << (len(query.group_by) - 1 - n) for n, g in enumerate(query.group_by) if g not in named)
                measures = [measured(m, [items.get(m.item) for _, items in rows], len(rows)) for m in query.measures]
                people = len({row[self.subject] for row, _ in rows} - {None})
                found.append((*(named.get(g) for g in query.group_by), *measures, people, total))
        return found

    def held(self, query, kept):
        """The rows whose whole group satisfies every condition on a measure."""
        held = []
        for row, items in kept:
            mine = [other for _, other in kept if all(other[name] == items[name] for name in query.group_by)]
            if all(self.satisfied(c, query, mine) for c in query.group_conditions):
                held.append((row, items))
        return held

    def satisfied(self, condition, query, group):
        (measure,) = [m for m in query.measures if m.name == condition.measure]
        found = measured(measure, [items.get(measure.item) for items in group], len(group))
        kind = self.topic.by_name[measure.item].kind if measure.item else "int"
        if str(measure.aggregate) in ("count", "distinct"):
            kind = "int"
        if str(measure.aggregate) == "average":
            kind = "money"
        rights = [typed(kind, text) for text in condition.values]
        name = str(condition.operator)
        if name == "unequal":
            return found != rights[0]
        if found is None:
            return False
        return {
            "equal": lambda: found == rights[0],
            "above": lambda: found > rights[0],
            "at_least": lambda: found >= rights[0],
            "below": lambda: found < rights[0],
            "at_most": lambda: found <= rights[0],
            "between": lambda: rights[0] <= found <= rights[1],
        }[name]()


def last(value):
    return (value is None, value if value is not None else 0)


def ordered(rows, key, descending):
    filled = sorted((row for row in rows if key(row) is not None), key=key, reverse=descending)
    if descending:  # Python keeps equals in the order of before also when it reverses
        assert filled == sorted((row for row in rows if key(row) is not None), key=key, reverse=True)
    return filled + [row for row in rows if key(row) is None]


def measured(measure, values, count):
    filled = [value for value in values if value is not None]
    name = str(measure.aggregate)
    if name == "count":
        return count
    if name == "distinct":
        return len(set(filled))
    if not filled:
        return None
    if name == "average":
        scale = max(2, -Decimal(filled[0]).as_tuple().exponent)
        exact = Fraction(sum(Fraction(value) for value in filled), len(filled))
        return half_up(exact, scale)
    return {"sum": sum, "least": min, "greatest": max}[name](filled)


def half_up(exact, places):
    scaled = abs(exact) * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    rounded = whole + (2 * rest >= scaled.denominator)
    return (
        (Decimal(rounded) * (1 if exact >= 0 else -1))
        .scaleb(-places)
        .quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    )


def shifted(kind, day, months):
    ordinal = day.year * 12 + day.month - 1 + months
    year, month = ordinal // 12, ordinal % 12 + 1
    if kind == "month":
        return year * 100 + month
    for number in (day.day, 30, 29, 28):
        if number <= day.day:
            try:
                return date(year, month, number)
            except ValueError:
                pass
    raise AssertionError


def typed(kind, text):
    text = text.strip()
    if kind in ("money", "rate"):
        return Decimal(text.replace(",", ""))
    if kind in ("int", "year"):
        return int(text)
    if kind == "month":
        return int(text.replace("-", ""))
    if kind == "date":
        digits = text.replace("-", "")
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    return unicodedata.normalize("NFC", text)
