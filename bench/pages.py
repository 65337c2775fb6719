"""Every page of a demo city of 20,000 persons, as somebody at a fitting post opens it: milliseconds on the server.

`python -m bench.pages [persons]`. Each page is asked for 30 times after 3 that are not counted, in this process,
through every middleware, without a network and without other users; pages of persons and units by different ones in
turn. `SQL` are the statements of the business database (SQLite) of one answer, `library` the queries of the library.
Pages that only lead on or only take what is sent are left out, but for the searches. The goal is p95 below 150 ms.
"""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from bench._markdown import table

PERSONS = 20_000
ROUNDS, WARM = 30, 3
SEED = 2024
GOAL = 150
# Who opens a page: the first of these who may.
POSTS = ("clerk", "control", "auditor", "secadmin", "sysadmin", "it", "leader", "finance", "cashier", "checker")
LEFT_OUT = ("accounts:logout", "control:purpose_end", "healthz")
_LIST = {"mode": "list", "item": ["name", "id_number", "insurance_type", "amount"], "slots": "1", "run": "1"}
_SUMS = {
    "mode": "statistics", "group": ["insurance_type"], "measure": ["distinct:person_no", "sum:amount"], "slots": "1",
    "run": "1",
}  # fmt: skip
_PURPOSE = {"matter": "business_check", "case_number": "BENCH-1", "format": "xlsx", "is_encrypted": "on"}

Key = tuple[str, str]


@dataclass(frozen=True)
class Visit:
    """One page: what it is called here, whose it is, its addresses, and what is sent, if anything is."""

    name: str
    post: str
    paths: Sequence[str]
    sent: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Taken:
    """What one page took."""

    visit: Visit
    milliseconds: Sequence[float]
    statements: int
    queries: int

    def at(self, part: float) -> float:
        ranked = sorted(self.milliseconds)
        return ranked[min(len(ranked) - 1, int(len(ranked) * part))]

    def line(self) -> list[str]:
        spent = [f"{self.at(part):.0f}" for part in (0.5, 0.95, 1)]
        verdict = "" if self.at(0.95) < GOAL else "missed"
        return [self.visit.name, self.visit.post, *spent, str(self.statements), str(self.queries), verdict]


def make_city(persons: int) -> None:
    """The demo as `up` makes it, and one of each thing that is made by people."""
    from huiliu.cli.accounts import DEMO_OFFICE, first_accounts
    from huiliu.cli.console import bars
    from huiliu.cli.demo import fill_inbox
    from huiliu.cli.evaluation import import_demo
    from huiliu.config.boot import boot, migrate

    installation = boot("cli", create=True)
    migrate(installation)
    from huiliu import nightly

    with bars() as progress:
        fill_inbox(installation.home, persons, SEED, progress)
        nightly.run(progress=progress)
    import_demo()
    first_accounts(DEMO_OFFICE, must_change=False)


class Office:
    """A browser for each post, with a session as the product opens it."""

    def __init__(self) -> None:
        from django.conf import settings

        settings.ALLOWED_HOSTS = ["testserver"]
        self._clients: dict[str, Any] = {}

    def at(self, post: str) -> Any:
        if post not in self._clients:
            self._clients[post] = self._signed_in(post)
        return self._clients[post]

    @staticmethod
    def _signed_in(post: str) -> Any:
        from django.conf import settings
        from django.test import Client

        from huiliu.apps.accounts.models import User, UserSession
        from huiliu.kernel.digests import sm3

        client, user, now = Client(), User.objects.get(username=post), settings.HUILIU_CLOCK.now()
        client.force_login(user)
        session = client.session
        session["token"] = token = secrets.token_hex(32)
        session.save()
        seen = {"device": "Linux", "started_at": now, "seen_at": now, "second_factor": True}
        UserSession.objects.create(digest=sm3(token.encode()), user=user, **seen)
        return client


def people(most: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Persons from all over the city, and unit numbers, the largest among them."""
    from huiliu.apps.datahub.selectors.library import library

    with library().open() as snap:
        sql = f"SELECT person_no, name, id_number, mobile FROM person ORDER BY hash(person_no) LIMIT {most}"
        found = snap.rows(sql)
        sql = f"SELECT unit_no FROM enrolment WHERE unit_no IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT {most}"
        units = [row["unit_no"] for row in snap.rows(sql)]
    return found, units


def parts(office: Office, found: Sequence[Mapping[str, Any]], units: Sequence[str]) -> dict[Key, list[Any]]:
    """What stands in an address, by the beginning of a page's name and the part."""
    from django.conf import settings

    from huiliu.apps.audit.models import AuditEvent
    from huiliu.apps.datahub.models import Night
    from huiliu.apps.datahub.services.keys import subject_keys, unit_keys
    from huiliu.apps.exports.models import Export
    from huiliu.apps.fundsafety.models import Clue

    clock = settings.HUILIU_CLOCK
    saved = _made(office)
    export = Export.objects.get()
    return {
        ("datahub:night", "key"): [Night.objects.filter(outcome="published").latest("business_date").key],
        ("datahub:night", "file_format"): ["pdf"],
        ("datahub:person", "key"): list(subject_keys([row["person_no"] for row in found], clock).values()),
        ("datahub:unit", "key"): list(unit_keys(units, clock).values()),
        ("fundsafety:clue", "key"): list(Clue.objects.values_list("key", flat=True)[:ROUNDS]),
        ("query:saved", "key"): [saved],
        ("query:ask", "name"): ["benefit_payment"],
        ("exports:export", "key"): [export.key],
        ("jobs:", "number"): [export.job_id],
        ("audit:", "seq"): [AuditEvent.objects.latest("seq").seq],
        ("reports:", "name"): ["contributions"],
        ("performance:", "name"): ["heyuan-2024"],
        ("performance:", "file_format"): ["pdf"],
    }


def _made(office: Office) -> str:
    """A kept query, its list exported, and a standing report; the key of the query."""
    from huiliu.apps.jobs.services import jobs_run
    from huiliu.apps.query.models import SavedQuery

    clerk = office.at("clerk")
    kept = {**_LIST, "limit": "1000", "keep": "1", "name": "名单"}
    clerk.post("/query/topics/benefit_payment/", kept)
    saved = SavedQuery.objects.get().key
    clerk.post(f"/query/saved/{saved}/export/", _PURPOSE)
    jobs_run()
    return str(saved)


def pages(known: Mapping[Key, Sequence[Any]]) -> Iterator[Visit]:
    """Every address of the product that somebody may open."""
    from django.urls import get_resolver

    from huiliu.apps.accounts.models import User
    from huiliu.apps.accounts.selectors import has_permission

    users = {user.username: user for user in User.objects.all()}
    for name, entry in _entries(get_resolver().url_patterns):
        access = getattr(entry.callback, "access", "")
        if not access or access == "public" or name in LEFT_OUT or name.startswith("api:"):
            continue
        post = next(p for p in POSTS if access == "signed-in" or has_permission(users[p], access))
        if paths := list(_addresses(name, entry.pattern.converters, known)):
            yield Visit(name, post, paths)


def _entries(patterns: Sequence[Any], space: str = "") -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            yield from _entries(entry.url_patterns, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry


def _addresses(name: str, route: Sequence[str], known: Mapping[Key, Sequence[Any]]) -> Iterator[str]:
    """The addresses of a page; none where nothing is known that could stand in one."""
    from django.urls import reverse

    given = {part: [v for (start, of), v in known.items() if of == part and name.startswith(start)] for part in route}
    if all(given.values()):
        lists = {part: found[0] for part, found in given.items()}
        for number in range(max(map(len, lists.values()), default=1)):
            yield reverse(name, kwargs={part: values[number % len(values)] for part, values in lists.items()})


def searches(found: Sequence[Mapping[str, Any]]) -> Iterator[Visit]:
    """What is typed and sent."""
    from django.urls import reverse

    ask = {what: reverse(f"datahub:{what}") for what in ("person_search", "unit_search")}
    typed = {
        "identity number": [{"text": row["id_number"], "kind": "auto"} for row in found],
        "whole name": [{"text": row["name"], "kind": "auto"} for row in found],
        "first two signs": [{"text": row["name"][:2], "kind": "auto"} for row in found],
        "pinyin": [{"text": text, "kind": "pinyin"} for text in ("zw", "lxm", "wang", "chenx", "lj")],
        "last four digits": [{"text": row["mobile"][-4:], "kind": "tail"} for row in found if row["mobile"]],
    }
    for words, sent in typed.items():
        yield Visit(f"search: {words}", "clerk", [ask["person_search"]], sent)
    yield Visit("search: unit", "clerk", [ask["unit_search"]], [{"text": "公司", "kind": "name"}])
    topic = [reverse("query:ask", args=("benefit_payment",))]
    yield Visit("topic: list", "clerk", topic, [_LIST])
    yield Visit("topic: sums", "clerk", topic, [_SUMS])
    pasted = "\n".join(row["id_number"] for row in found)
    form = {**_PURPOSE, "act": "show", "by": "auto", "columns": ["name", "division"], "pasted": pasted}
    yield Visit(f"list look-up: {len(found)} numbers", "clerk", [reverse("lists:look_up")], [form])


def measured(office: Office, visit: Visit) -> Taken | None:
    """Nothing for what is no page."""
    client, spent = office.at(visit.post), []
    for number, path in enumerate(islice(cycle(visit.paths), WARM + ROUNDS)):
        sent = visit.sent[number % len(visit.sent)] if visit.sent else None
        begun = time.perf_counter()
        answer = client.get(path) if sent is None else client.post(path, sent)
        _ = answer.getvalue()
        spent.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            return None
    path, sent = visit.paths[0], visit.sent[0] if visit.sent else None
    statements, queries = counted(lambda: client.get(path) if sent is None else client.post(path, sent))
    return Taken(visit, spent[WARM:], statements, queries)


def counted(ask: Any) -> tuple[int, int]:
    """Statements and queries of one answer."""
    from unittest import mock

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from huiliu.lake.engine import Engine

    with (
        CaptureQueriesContext(connection) as statements,
        mock.patch.object(Engine, "run", autospec=True, side_effect=Engine.run) as run,
        mock.patch.object(Engine, "blocks", autospec=True, side_effect=Engine.blocks) as blocks,
    ):
        ask()
    return len(statements), run.call_count + blocks.call_count


def main(persons: int) -> None:
    """Make the city, open everything, print."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HUILIU_HOME"] = folder
        make_city(persons)
        office = Office()
        found, units = people(ROUNDS)
        known = parts(office, found, units)
        visits = [*pages(known), *searches(found)]
        taken = [one for visit in visits if (one := measured(office, visit))]
        _close()
    report(persons, taken)


def _close() -> None:
    from huiliu.apps.datahub.selectors.library import library

    library().close()


def report(persons: int, taken: Sequence[Taken]) -> None:
    """Slowest first."""
    ranked = sorted(taken, key=lambda one: -one.at(0.95))
    heads = [f"{persons:,} persons", "post", "p50 ms", "p95 ms", "max ms", "SQL", "library", "goal"]
    print(table(heads, [one.line() for one in ranked]))
    missed = [one.visit.name for one in ranked if one.at(0.95) >= GOAL]
    words = f"missed by {len(missed)}: {', '.join(missed)}" if missed else "reached by all"
    print(f"\nGoal: p95 below {GOAL} ms, {words}; {len(taken)} pages.")


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:] or [str(PERSONS)]))
