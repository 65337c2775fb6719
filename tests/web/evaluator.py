"""A second way from a figure down to the database: own parser, fractions, raw SQL; nothing of the product computes."""

import re
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import yaml
from django.db import connection

TOKEN = re.compile(r"\s*(?:\{([^{}]+)\}|(\d+(?:\.\d+)?)|([a-z]+)|([-+*/(),]))")
THRESHOLDS = Path(__file__).parents[2] / "src/huiliu/catalog/monitoring/thresholds.yaml"
NOTHING = ("unmeasured:", "missing:", "funds.none", "performance.none")


class NothingError(Exception):
    """A part has no value, or something is divided by zero."""


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def day_of(value):
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def ended(value):
    """Without the last digits of a quotient that was kept as a decimal."""
    return Fraction(round(value * 10**18), 10**18)


def half_up(value, places):
    """Away from zero at a half, as printed."""
    scaled = abs(ended(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def towards(value, places, up):
    scaled = ended(value) * 10 ** int(places)
    return Fraction(-(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator,
                    10 ** int(places))  # fmt: skip


class Formula:
    """Recursive descent: sum := product {± product}; product := factor {*/ factor}; factor := -factor | ( ) | call."""

    def __init__(self, text, look_up):
        self.parts, at = [], 0
        while at < len(text.rstrip()):
            found = TOKEN.match(text, at)
            assert found, f"unreadable: {text[at:]}"
            self.parts.append(found.groups())
            at = found.end()
        self.look_up = look_up

    def value(self):
        result = self.sum()
        assert not self.parts, f"left over: {self.parts}"
        return result

    def sign(self, *wanted):
        if self.parts and self.parts[0][3] in wanted:
            return self.parts.pop(0)[3]
        return None

    def sum(self):
        result = self.product()
        while sign := self.sign("+", "-"):
            result = result + self.product() if sign == "+" else result - self.product()
        return result

    def product(self):
        result = self.factor()
        while sign := self.sign("*", "/"):
            other = self.factor()
            if sign == "/" and other == 0:
                raise NothingError
            result = result * other if sign == "*" else result / other
        return result

    def factor(self):
        if self.sign("-"):
            return -self.factor()
        if self.sign("("):
            result = self.sum()
            assert self.sign(")")
            return result
        name, number, word, _ = self.parts.pop(0)
        if name:
            found = self.look_up(name)
            if found is None:
                raise NothingError
            return found
        return Fraction(number) if number else self.call(word)

    def call(self, word):
        assert self.sign("("), word
        given = [self.sum()]
        while self.sign(","):
            given.append(self.sum())
        assert self.sign(")")
        places = int(given[1]) if len(given) > 1 else 0
        return {
            "min": lambda: min(given),
            "max": lambda: max(given),
            "round": lambda: half_up(given[0], places),
            "floor": lambda: towards(given[0], places, up=False),
            "ceiling": lambda: towards(given[0], places, up=True),
        }[word]()


class Again:
    """Figures of one book made again; `project`, `year`, `day`, `version` say which rows of the database are meant."""

    def __init__(self, book, project="", year=0, day=None, version=None):
        self.book, self.project, self.year, self.day, self.version = book, project, year, day, version
        self.known = {}

    def value(self, name):
        if name not in self.known:
            figure = self.book[name]
            try:
                if figure.expression:
                    self.known[name] = Formula(figure.expression, self.value).value()
                else:
                    self.known[name] = self.of_records(figure)
            except NothingError:
                self.known[name] = None
        return self.known[name]

    def of_records(self, figure):
        assert figure.records, f"{figure.id}: neither expression nor records"
        parts = [self.leaf(figure, record) for record in figure.records]
        parts = [one for one in parts if one is not None]
        return sum(parts, Fraction(0)) if parts else None

    def leaf(self, figure, record):
        kind, _, key = record.id.partition(":")
        if record.id.startswith(NOTHING) or record.value is None:  # a row that is evidence without adding
            return None
        if figure.id.endswith(".evidence"):  # how many records there are, each once
            return Fraction(1)
        if kind == "funds.event":
            number, _, entry = key.partition(":")
            return self.entry(int(number)) if entry else self.event(figure, int(number))
        if kind == "year":
            return Fraction((date(int(key) + 1, 1, 1) - date(int(key), 1, 1)).days)
        if kind == "today":
            return self.today(figure)
        if kind == "threshold":
            name, _, since = key.partition(":")
            return Fraction(
                str(yaml.safe_load(THRESHOLDS.read_text("utf-8"))["params"][name]["values"][day_of(since)]["value"])
            )
        if kind == "target" or record.id.startswith("weight.row."):
            return self.row(figure, (key or record.id).rpartition(".")[2])
        if record.id.startswith("use."):
            return self.use(record.id.removeprefix("use."))
        if record.id.startswith(("findings.", "alerts.")):
            return Fraction(1)
        return self.other(figure, record, kind, key)

    def other(self, figure, record, kind, key):
        if kind == "performance.measurement":
            if figure.id.endswith(".day"):
                [(day,)] = rows("SELECT day FROM performance_measurement WHERE id = %s", int(key))
                return Fraction(day_of(day).timetuple().tm_yday)
            from web.papers_again import measurement  # which is built on this

            return measurement(int(key))
        if kind == "assessment":
            return self.total(is_after=key == "after")
        if kind == "file":  # the paper behind a typed value
            sql = (
                "SELECT m.value FROM performance_measurement m JOIN performance_measurementevidence e "
                "ON e.measurement_id = m.id WHERE e.kind = 'file' AND e.key = %s AND m.\"row\" = %s ORDER BY m.id DESC"
            )
            return Fraction(rows(sql, key, figure.id.removeprefix("actual."))[0][0])
        if kind == "performance.declared":
            [(points,)] = rows("SELECT points FROM performance_declaredscore WHERE id = %s", int(key))
            return Fraction(str(points))
        if kind == "performance.review_score":
            [(points,)] = rows("SELECT points FROM performance_reviewscore WHERE id = %s", int(key))
            return Fraction(str(points))
        if kind == "performance.rectification":
            sql = "SELECT act FROM performance_rectificationstep WHERE rectification_id = %s ORDER BY id DESC"
            acts = [act for (act,) in rows(sql, int(key)) if act != "progress"][:1]
            return Fraction(int((acts == ["closed"]) == figure.id.endswith("closed")))
        if kind == "control.supervision":
            return self.supervised(figure, int(key))
        if kind in ("allocation", "proposal"):
            return self.proposal(kind, key)
        raise AssertionError(f"{figure.id}: nobody knows the record {record.id}")

    def total(self, *, is_after):
        """The score of the day, of the targets in force or of those that are proposed in their place."""
        from huiliu.apps.performance.selectors.assessments import find

        again = Again(find(self.project, self.year, self.day).result.book, self.project, self.year, self.day)
        for name in self.book if is_after else ():
            if changed := re.fullmatch(r"goal\.(.+)\.proposed", name):
                again.known[f"item.{changed[1]}.target"] = self.value(name)
        return again.value("total.computed")

    def supervised(self, figure, number):
        """One for a record that stands and says what is counted."""
        says = {"found": "AND s.conclusion = 'found'", "rectified": "AND s.rectified_on <= %s"}
        last = figure.id.rpartition(".")[2]
        sql = (
            "SELECT COUNT(*) FROM control_supervisionrecord s WHERE s.id = %s AND s.day <= %s AND NOT s.is_void "
            "AND NOT EXISTS (SELECT 1 FROM control_supervisionrecord c WHERE c.corrects_id = s.id) "
        ) + says.get(last, "")
        return Fraction(rows(sql, number, *[self.day] * (1 + (last == "rectified")))[0][0])

    def event(self, figure, number):
        [(kind, day, fen, month)] = rows("SELECT kind, day, amount_fen, month FROM funds_event WHERE id = %s", number)
        day = day_of(day)
        if figure.unit in ("天", "月") and kind == "plan":
            day = date(month // 100, month % 100, 1)
        if figure.unit == "天":
            return Fraction(day.timetuple().tm_yday)
        if figure.unit == "月":
            return Fraction(day.month)
        if figure.id.endswith("timeliness.due.met"):  # what was paid of a request by its day
            sql = (
                "SELECT COALESCE(SUM(p.amount_fen), 0) FROM funds_event r LEFT JOIN funds_event p "
                "ON p.refers_id = r.id AND p.kind = 'payment' AND p.day <= r.due WHERE r.id = %s"
            )
            return Fraction(rows(sql, number)[0][0], 100)
        taken_off = kind == "refund" and figure.id != "payment.refunded"
        return Fraction(-fen if taken_off else fen, {"万元": 10**6, "元": 100}[figure.unit])

    def entry(self, number):
        """What a reference entry puts on an account, in yuan: what was paid, issued or given back."""
        [(kind, fen)] = rows("SELECT kind, amount_fen FROM funds_event WHERE id = %s", number)
        assert kind in ("quota", "payment", "refund"), f"nobody knows what a {kind} puts on an account"
        return abs(Fraction(fen, 100))

    def today(self, figure):
        last = date(self.year, 12, 31)
        day = min(self.day, last)
        if figure.id.startswith("quota.counted"):  # nothing came: counted to the day after
            day += timedelta(1)
            number = (day - date(self.year, 1, 1)).days + 1
            return Fraction(number if figure.unit == "天" else day.month if day <= last else 13)
        return Fraction(day.timetuple().tm_yday if figure.unit == "天" else day.month)

    def money(self, kind, more=""):
        """Fen of all events of a kind up to the day."""
        sql = (
            "SELECT COALESCE(SUM(e.amount_fen), 0) FROM funds_event e JOIN funds_projectyear y ON y.id = e.year_id "
            f"JOIN funds_project p ON p.id = y.project_id WHERE e.kind = %s AND e.day <= %s AND p.code = %s {more}"
        )
        return rows(sql, kind, self.day, self.project)[0][0]

    def asked(self, code):
        """What a contract still costs, or what the targets ask for a use beyond its contracts and payments."""
        what, _, key = code.partition("-")
        if what == "contract":
            paid = f"AND e.refers_id IN (SELECT id FROM funds_event WHERE refers_id = {int(key)})"
            return self.money("commitment", f"AND e.id = {int(key)}") - self.money("payment", paid)
        [(purpose,)] = rows("SELECT id FROM funds_purpose WHERE code = %s", key)
        [(whole,)] = rows(
            "SELECT amount_fen FROM performance_targetuse WHERE version_id = %s AND code = %s",
            self.numbered(self.book["allocation.available"]), key,
        )  # fmt: skip
        bound = [self.asked(f"contract-{number}") for (number,) in rows(
            "SELECT id FROM funds_event WHERE kind = 'commitment' AND purpose_id = %s AND day <= %s", purpose, self.day
        )]  # fmt: skip
        paid = f"AND e.refers_id IN (SELECT id FROM funds_event WHERE kind = 'request' AND purpose_id = {purpose})"
        return whole - self.money("payment", paid) - sum(bound)

    def proposal(self, kind, key):
        """Every item here takes any part: who comes first is given all it asks, until nothing is left."""
        money = (self.money("quota") or self.money("initial")) - self.money("payment")
        if not key:
            return Fraction(money, 10**6)
        if kind == "allocation":
            return Fraction(self.asked(key), 10**6)
        codes = [name[11:-6] for name in self.book if name.startswith("allocation.") and name.endswith(".asked")]
        listed = yaml.safe_load(THRESHOLDS.with_name("tiers.yaml").read_text("utf-8"))["tiers"]
        tiers = {line["purpose"]: line["tier"] for line in listed}
        order = ["contract", "safety", "continuity", "other"]
        rank = {code: "contract" if code[0] == "c" else tiers.get(code[4:], "other") for code in codes}
        for code in sorted(codes, key=lambda code: order.index(rank[code])):
            given = min(money, self.asked(code))
            if code == key:
                return Fraction(given, 10**6)
            money -= given
        raise AssertionError(f"nobody proposes {key}")

    def numbered(self, figure):
        """The version a figure speaks of: named in its id, else the one of the page or in force on the day."""
        named = re.match(r"version\.(\d+)\.", figure.id)
        where = "v.number = %s" if named else "v.id = %s" if self.version else "v.approved_on <= %s"
        given = int(named[1]) if named else self.version or self.day
        scope = "" if self.version else " AND s.project = %s AND s.year = %s"
        more = () if self.version else (self.project, self.year)
        found = rows(
            "SELECT v.id FROM performance_targetversion v JOIN performance_targetset s ON s.id = v.target_set_id "
            f"WHERE {where}{scope} ORDER BY v.number DESC", given, *more,
        )  # fmt: skip
        return found[0][0]

    def row(self, figure, code):
        last = figure.id.rpartition(".")[2]
        column = {"target": "value", "promised": "value", "upper": "upper"}.get(last, "weight")
        [(text,)] = rows(
            f"SELECT {column} FROM performance_targetrow WHERE version_id = %s AND code = %s",
            self.numbered(figure),
            code,
        )
        return Fraction(text) if text else None

    def use(self, code):
        [(fen,)] = rows(
            "SELECT amount_fen FROM performance_targetuse WHERE version_id = %s AND code = %s",
            self.numbered(self.book[f"use.{code}"]), code,
        )  # fmt: skip
        return None if fen is None else Fraction(fen, 100)


def printed_numbers(text):
    """The numbers in a printed text, each with how many decimals it has."""
    found = re.finditer(r"-?\d[\d,]*(?:\.(\d+))?", text)
    return [(Fraction(Decimal(one[0].replace(",", ""))), len(one[1] or "")) for one in found]
