"""Every figure on every page of the demo's project opens a trace, and is what the trace gives when made again."""

import io
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from django.urls import Resolver404, resolve, reverse
from lxml import html

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.figures import FigureBook, Record
from web.evaluator import Again, half_up, printed_numbers, rows
from web.papers_again import MeasuredAgain, PapersAgain, evidence_rows
from web.printed_again import PrintedAgain
from web.test_matrix import PAGE_PATTERNS

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PARTS = ("performance:", "funds:", "workbench")
PAPERS = ("performance:measurement_figure", "performance:measurement_year_figure", "funds:import_figure",
          "funds:draft_figure")  # fmt: skip
RECORDS = "//td[contains(concat(' ', @class, ' '), ' hl-k-record ')]"
WORDS = ("不适用", "未测量", "不可复算", "未填齐", "未填报")
DAYS = ("2024-02-10", "2024-06-30", "2024-11-30", "2024-12-31")
NO_PAGE = re.compile(r":.*(document|export|download)")


@dataclass(frozen=True)
class Shown:
    """A number or its word as a page prints it, and the address of its trace."""

    page: str
    text: str
    trace: str


def is_figure(name):
    return name.endswith("figure") or name.endswith("figure_detail")


def name_at(address):
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:  # an address of elsewhere
        return ""


@pytest.fixture
def demo(db, settings, tmp_path):
    """The demo's office and its project, at the end of its year: monitoring leaves off soon afterwards."""
    from huiliu.cli.accounts import DEMO_OFFICE, first_accounts
    from huiliu.cli.evaluation import import_demo
    from huiliu.cli.reenactment import reenact

    settings.HUILIU_CLOCK = FixedClock(datetime(2024, 12, 31, 18, tzinfo=TZ))
    settings.HOME = type(settings.HOME)(tmp_path / "home").create()
    settings.HUILIU_HOME = settings.HOME.root
    first_accounts(DEMO_OFFICE, must_change=False)
    reenact()
    import_demo()
    template_sent_in()
    table_checked_and_occasion_registered()


def template_sent_in():
    """A bureau's form as a template, tried with the project's year."""
    from huiliu.apps.accounts.selectors import user_by_name
    from huiliu.apps.audit.services import Actor
    from huiliu.apps.performance.services.form_templates import NewTemplate, Sent, template_keep
    from huiliu.apps.performance.tests.test_printing import book

    sent = Sent(io.BytesIO(book()), "自评表.xlsx", "heyuan-it", 2024)
    template_keep(
        new=NewTemplate("自评表", "treasury"), sent=sent, user=user_by_name("finance"), actor=Actor("finance")
    )


def table_checked_and_occasion_registered():
    """Another unit's table in a checked folder, and the year's budget to be published."""
    from huiliu.apps.jobs.services import jobs_run
    from huiliu.apps.performance.models import TargetSet
    from huiliu.apps.performance.services.checked import SentFile, check_ask
    from huiliu.apps.performance.services.disclosures import Reply, disclosure_open
    from huiliu.apps.performance.tests.checked_files import table
    from huiliu.apps.performance.tests.form import by

    check_ask(sent=[SentFile(io.BytesIO(table("99")), "自评表.xlsx")], **by("finance"))
    jobs_run()
    reply = Reply("甲财〔2024〕3号", date(2024, 2, 20))
    disclosure_open(targets=TargetSet.objects.get(year=2024), occasion="budget", reply=reply, **by("finance"))


@pytest.fixture
def books(monkeypatch):
    """Every book of figures that is made from now on."""
    from huiliu.apps.performance.selectors import evaluations

    evaluations._result.cache_clear()
    made, real = [], FigureBook.__init__

    def kept(self):
        real(self)
        made.append(self)

    monkeypatch.setattr(FigureBook, "__init__", kept)
    return made


@pytest.fixture
def worked_out_once(books, monkeypatch):
    """What a page asks of a project's year is worked out once: nothing is written on a walk. Pages are all drawn."""
    from huiliu.apps.performance.selectors import assessments, board, monitoring

    for selectors, name in ((monitoring, "find"), (assessments, "find"), (board, "board")):
        monkeypatch.setattr(selectors, name, remembering(getattr(selectors, name), books))


def remembering(real, books):
    """The same answer to the same question, with the books that were made for it."""
    known = {}

    def ask(*place):
        if place not in known:
            before = len(books)
            found = real(*place)
            _ = getattr(found, "book", None)  # made when it is first looked at
            known[place] = found, books[before:]
            return found
        found, made = known[place]
        books.extend(made)
        return found

    return ask


@pytest.fixture
def office(demo, client):
    """A browser in which the accountant is signed in."""
    from huiliu.apps.accounts.selectors import user_by_name

    client.force_login(user_by_name("finance"))
    return client


def seeds():
    """Pages of these parts that need nothing in their address, and the board on some days."""
    plain = [name for name, one in PAGE_PATTERNS.items() if name.startswith(PARTS) and not one.pattern.converters]
    board = reverse("performance:board_detail", args=("heyuan-it", 2024))
    return [reverse(name) for name in plain if not NO_PAGE.search(name)] + [f"{board}?as_of={day}" for day in DAYS]


def figures_on(page, tree):
    """Numbers that lead to a trace; one that leads nowhere is found, too, with an empty address."""
    for block in tree.xpath("//*[contains(concat(' ', @class, ' '), ' hl-figure ')]"):
        value = block.xpath(".//*[@class='hl-figure-value']")[0]
        marks = value.xpath(".//a[@class='hl-trace-mark']/@href")
        text = "".join(value.xpath("./text() | .//*[@class='hl-figure-unit']/text()"))
        yield Shown(page, text.strip(), marks[0] if marks else "")
    for cell in tree.xpath("//td[contains(concat(' ', @class, ' '), ' hl-k-figure ')]"):
        links = [link for link in cell.xpath(".//a/@href") if is_figure(name_at(link))]
        text = cell.text_content().strip()
        if links or printed_numbers(text):
            yield Shown(page, text, links[0] if links else "")
    for link in tree.xpath("//a[@href]"):
        is_mark = "hl-trace-mark" in link.get("class", "")
        is_cell = link.xpath("ancestor::td[contains(@class, 'hl-k-figure')]")
        if is_figure(name_at(link.get("href"))) and not is_mark and not is_cell:
            text = link.text_content().strip()
            if link.getparent().get("class") == "hl-step-label":
                text = link.getparent().getparent().xpath("string(*[@class='hl-step-value'])")
            yield Shown(page, text, link.get("href"))


def walk(client):
    """What every page that can be reached shows; the names of the pages, the traces, and which records are amiss.

    A trace is opened once, where its figure is made again.
    """
    waiting, seen, names, found, traces, amiss = seeds(), set(), set(), [], set(), []
    while waiting:
        address = waiting.pop()
        name = name_at(address)
        if address in seen or NO_PAGE.search(name):
            continue
        seen.add(address)
        if is_figure(name):
            traces.add(address)
            continue
        answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        names.add(name)
        tree = html.fromstring(answer.content.decode())
        found += figures_on(address, tree)
        amiss += records_amiss(address, name, tree)
        links = [link.partition("#")[0] for link in tree.xpath("//a/@href")]
        waiting += [link for link in links if link.startswith("/") and name_at(link).startswith(PARTS)]
    return found, names, traces, amiss


def records_amiss(address, name, tree):
    """Numbers of single records, the bottom of every trace, that are not what the database has in that record."""
    if name == "performance:measurement_detail":
        yield from evidence_amiss(address, tree)
    for cell in tree.xpath("//td[contains(@class, 'hl-k-money')]"):
        numbers = printed_numbers(cell.text_content())
        near = [address, *cell.xpath("ancestor::tr[1]//a/@href")]
        links = [resolve(urlsplit(link).path) for link in near if name_at(link)]
        events = [int(link.kwargs["number"]) for link in links if link.view_name == "funds:event_detail"]
        if numbers and not any(fen(number) == numbers[0][0] for number in events):
            yield f"{address}: {cell.text_content().strip()} is of no event"


def evidence_amiss(address, tree):
    """A measurement's evidence that is another one now, and its page that does not say so."""
    again = MeasuredAgain(int(resolve(urlsplit(address).path).kwargs["number"]))
    kept = [(record.id, Fraction(record.value), value) for record, value in evidence_rows(again)]
    changed = [f"{address}: {one} kept {own}, made again {value}" for one, own, value in kept if own != value]
    says_so = "佐证此后有变化" in tree.text_content()
    if says_so != again.is_changed or (changed and not says_so):
        yield from changed or [f"{address}: its evidence now gives {again.now()}"]
    shown = [one for cell in tree.xpath(RECORDS) for one, _ in printed_numbers(cell.text_content())]
    if sorted(shown) != sorted(own for _, own, _ in kept):
        yield f"{address}: shows {shown}"


def fen(event):
    [(amount,)] = rows("SELECT amount_fen FROM funds_event WHERE id = %s", event)
    return Fraction(amount, 100)


def evaluator(match, query, book):
    """Which rows of the database the figures of a trace page speak of."""
    given = match.kwargs
    if match.view_name == "performance:monitoring_kept_figure":
        sql = "SELECT project, year, day FROM performance_monitoringsnapshot WHERE id = %s"
        [(project, year, kept)] = rows(sql, given["number"])
        return Again(book, project, year, date.fromisoformat(str(kept)))
    if match.view_name == "performance:measurement_figure" and given["figure_id"] != "evidence.count":
        return MeasuredAgain(given["number"])
    if match.view_name in PAPERS:
        number = given.get("number", 0) if "import" in match.view_name else 0
        return PapersAgain(
            book,
            number,
            project=given.get("project", ""),
            year=given.get("year", 0),
            day=date(2024, 12, 31),
        )
    if match.view_name == "performance:figure_detail":
        return PrintedAgain(book, given["name"])
    day = date.fromisoformat(query.get("as_of", ["2024-12-31"])[0])
    if "number" in given:
        return Again(book, version=given["number"])
    project = next(given[part] for part in ("code", "project", "name") if part in given)
    return Again(book, project, given["year"], day)


def traced(client, books, address):
    """The figure of a trace page, as the page prints it, and as it is when made again."""
    books.clear()
    answer = client.get(address)
    assert answer.status_code == 200, address
    split = urlsplit(address)
    match = resolve(split.path)
    name = match.kwargs["figure_id"]
    # A page makes small books on its way, of other days among them; the one it shows is the whole one.
    book = max((book for book in books if name in book), key=len, default=None) or cached_book(match)
    shown = next(figures_on(address, html.fromstring(answer.content.decode())))
    return name, shown.text, evaluator(match, parse_qs(split.query), book).value(name)


def cached_book(match):
    """Of a published table, which is computed once."""
    from huiliu.apps.performance.selectors import evaluations

    return evaluations.find(match.kwargs["name"]).result.book


def is_printed(value, text):
    """Whether a text prints the value, at the decimals it has; a word where there is none."""
    if value is None:
        return any(word in text for word in WORDS)
    return any(half_up(value, places) == number for number, places in printed_numbers(text))


def wrong(client, books, found):
    """What is shown and has no trace, or is not what its trace gives."""
    made, problems = {}, []
    for one in found:
        if not one.trace:
            problems.append(f"{one.page}: {one.text} has no trace")
            continue
        if one.trace not in made:
            try:
                made[one.trace] = traced(client, books, one.trace)
            except AssertionError as unknown:
                made[one.trace] = ("", f"{one.trace}: {unknown}", None)
        name, told, value = made[one.trace]
        if not (is_printed(value, one.text) and is_printed(value, told)):
            problems.append(f"{one.page}: {name} shows {one.text}, its trace {told}, made again it is {value}")
    return problems


def test_every_figure_of_every_page_is_what_its_trace_gives(office, books, worked_out_once):
    found, names, traces, amiss = walk(office)
    for other in traces - {one.trace.partition("#")[0] for one in found}:
        assert office.get(other).status_code == 200, other
    shown = {name.partition(":")[2] for name in names | {name_at(trace) for trace in traces}}
    wanted = {
        name for name in PAGE_PATTERNS if name.startswith(PARTS) and name.endswith(("list", "detail", "assessment_row"))
    }
    assert {name.partition(":")[2] or name for name in wanted} <= shown
    assert len(found) > 300
    problems = amiss + wrong(office, books, found)
    print(len(found), len(names), len(problems), *problems[:60], sep="\n")
    assert problems == []


KINDS = {
    "authority.initial": "initial", "quota.issued": "quota", "payment.gross": "payment", "payment.refunded": "refund",
}  # fmt: skip


def test_no_row_is_left_out_of_a_sum(demo):
    for day in DAYS:
        check_sums(day)


def check_sums(day):
    from huiliu.apps.performance.selectors.board import board

    book = board("heyuan-it", 2024, date.fromisoformat(day)).book
    for name, kind in KINDS.items():
        sql = "SELECT COALESCE(SUM(amount_fen), 0) FROM funds_event WHERE kind = %s AND day <= %s"
        [(fen,)] = rows(sql, kind, day)
        assert book[name].value * 10**6 == fen, name
    purposes = rows("SELECT code, id FROM funds_purpose")
    for code, number in purposes:
        sql = (
            "SELECT COALESCE(SUM(p.amount_fen), 0) FROM funds_event p JOIN funds_event r ON r.id = p.refers_id "
            "WHERE p.kind = 'payment' AND r.purpose_id = %s AND p.day <= %s"
        )
        [(fen,)] = rows(sql, number, day)
        assert book[f"purpose.{code}.paid"].value * 10**6 == fen, code


# Faults planted in the product, each on one page: the walk has to find it.


def shown_on(office, name, *place, day="2024-12-31"):
    """What a page shows."""
    address = f"{reverse(name, args=place)}?as_of={day}"
    return list(figures_on(address, html.fromstring(office.get(address).content.decode())))


def planted(patch, name, **changes):
    """From now on one figure of every book is another one."""
    real = FigureBook.add

    def add(self, figure):
        return real(self, replace(figure, **changes) if figure.id == name else figure)

    patch.setattr(FigureBook, "add", add)


def about(shown, name):
    return [one for one in shown if f"/{name}/" in one.trace]


def test_planted_faults_are_found(office, books, monkeypatch):
    """One demo for all of them: each fault is taken back before the next."""
    board = shown_on(office, "performance:board_detail", "heyuan-it", 2024)
    rate, unissued, net = (about(board, name) for name in ("rate.execution", "quota.unissued", "payment.net"))
    assert wrong(office, books, [*rate, *unissued, *net]) == []
    with monkeypatch.context() as patch:
        planted(patch, "rate.execution", expression="{payment.net} / {payment.net} * 100")
        assert len(wrong(office, books, rate)) == len(rate) > 0
    [(number,)] = rows("SELECT id FROM funds_event WHERE kind = 'quota'")
    with monkeypatch.context() as patch:
        planted(patch, "quota.issued", records=(Record(f"funds.event:{number - 1}", "另一笔", None),))
        assert len(wrong(office, books, unissued)) == len(unissued) > 0
    check_measured(office, books, monkeypatch)
    check_statement(office, books, monkeypatch)
    with changed_behind_the_ledger():  # once it is forced, what was printed before no longer holds
        assert len(wrong(office, books, net)) == len(net) > 0
        check_changed_evidence(office, monkeypatch)


def measured(row):
    """The newest measurement of a row, and what its page has amiss."""
    [(number,)] = rows('SELECT MAX(id) FROM performance_measurement WHERE "row" = %s', row)
    return number, reverse("performance:measurement_detail", args=(number,))


def amiss_at(office, address):
    tree = html.fromstring(office.get(address).content.decode())
    return list(records_amiss(address, name_at(address), tree))


def check_measured(office, books, monkeypatch):
    """Another value printed on the page of the year, another one in a record of the evidence."""
    place = ("performance:measurement_year", "heyuan-it", 2024)
    number, address = measured("01")
    value = about(shown_on(office, *place), f"{number}/figures/value")
    assert (len(value), wrong(office, books, value), amiss_at(office, address)) == (1, [], [])
    from huiliu.apps.performance.selectors import measurement_pages as pages

    with monkeypatch.context() as patch:
        patch.setattr(pages, "text_of", lambda found: "99.99%")
        assert len(wrong(office, books, about(shown_on(office, *place), f"{number}/figures/value"))) == 1
    with monkeypatch.context() as patch:
        real = pages._proof
        patch.setattr(pages, "_proof", lambda one: {**real(one), "value": "1.00"})
        assert len(amiss_at(office, address)) == 1


def check_statement(office, books, monkeypatch):
    """A line left out of a statement's total."""
    [(number,)] = rows("SELECT id FROM funds_importfile WHERE code = 'bank-statement'")
    total = about(shown_on(office, "funds:import_detail", "heyuan-it", 2024, number), "statement")
    assert wrong(office, books, total) == []
    with monkeypatch.context() as patch:
        planted(patch, "statement", records=(Record("statement.row:2", "只有一行", None),), expression="")
        assert len(wrong(office, books, total)) == len(total) == 1


@contextmanager
def changed_behind_the_ledger():
    """The database lets nobody change an event: its triggers are away for a moment. Taken back in the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'funds_event'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(
            "UPDATE funds_event SET amount_fen = amount_fen - 100000 WHERE kind = 'payment' AND day = '2024-12-18'"
        )
        for _, sql in triggers:
            cursor.execute(sql)
        yield
        transaction.set_rollback(True)


def check_changed_evidence(office, monkeypatch):
    """A measurement whose evidence gives another value now says so; one that says nothing is found."""
    _, address = measured("01")
    page = office.get(address).content.decode()
    assert "佐证此后有变化" in page
    assert amiss_at(office, address) == []
    from huiliu.apps.performance.selectors import measuring_again

    monkeypatch.setattr(measuring_again, "again", lambda found, kept: measuring_again.SAME)
    assert len(amiss_at(office, address)) > 0


def test_a_figure_without_a_trace_is_found(client, books):
    cell = '<table><tr><td class="hl-k-figure">15.76</td></tr></table>'
    block = '<div class="hl-figure"><span class="hl-figure-value">4.24</span></div>'
    found = list(figures_on("/x/", html.fromstring(cell + block)))
    assert wrong(client, books, found) == ["/x/: 4.24 has no trace", "/x/: 15.76 has no trace"]
