"""One project with a year, and the people who handle its money. Imports stand inside: Django may not be set up yet."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest

PEOPLE = {"kuai": "finance", "fu": "finance", "chu": "cashier", "ling": "leader", "he": "control", "wang": "clerk"}


@dataclass
class Books:
    """A project's year with ways to do each thing in one line; amounts in fen, days of the year as (month, day)."""

    year: Any
    people: dict[str, Any]
    purposes: dict[str, Any]
    numbers: int = 0
    clock: Any = field(default=None)

    def on(self, month: int, day: int) -> date:
        return date(self.year.year, month, day)

    def number(self) -> str:
        self.numbers += 1
        return f"文〔{self.year.year}〕{self.numbers}号"

    def record(self, kind: str, amount: int, day: tuple[int, int] = (1, 10), who: str = "", **more: Any) -> Any:
        from huiliu.apps.audit.services import Actor
        from huiliu.apps.funds.services import NewEvent, event_record

        who = who or ("chu" if kind in ("payment", "refund") else "kuai")
        more.setdefault("number", self.number())
        wanted = NewEvent(kind, self.on(*day), amount, **more)
        return event_record(year=self.year, wanted=wanted, user=self.people[who], actor=Actor(who))

    def ask(self, amount: int, day: tuple[int, int] = (3, 1), who: str = "kuai", **more: Any) -> Any:
        from huiliu.apps.audit.services import Actor
        from huiliu.apps.funds.services import NewEvent, payment_ask

        values = {
            "payee": "甲公司",
            "item": "30213 维修（护）费",
            "purpose": self.purposes["upkeep"],
            "number": self.number(),
        }
        wanted = NewEvent("request", self.on(*day), amount, **{**values, **more})
        return payment_ask(year=self.year, wanted=wanted, reason="合同约定", user=self.people[who], actor=Actor(who))

    def sign(self, event: Any, *who: str, decision: str = "approved", comment: str = "") -> None:
        from huiliu.apps.audit.services import Actor
        from huiliu.apps.control.services import step_decide

        for name in who:
            step_decide(
                number=event.approval_id, decider=self.people[name], decision=decision, comment=comment,
                actor=Actor(name),
            )  # fmt: skip

    def pay(self, event: Any, amount: int, day: tuple[int, int], **more: Any) -> Any:
        return self.record("payment", amount, day, refers=event, **more)


@pytest.fixture
def december(settings):
    """31 December 2024 at noon, everywhere."""
    from huiliu.kernel.clock import TZ, FixedClock

    settings.HUILIU_CLOCK = FixedClock(datetime(2024, 12, 31, 12, 0, tzinfo=TZ))
    return settings.HUILIU_CLOCK


@pytest.fixture
def people(db, december):
    """User name → account at one post; laid down in two statements, the services for it have tests of their own."""
    from django.contrib.auth import get_user_model

    from huiliu.apps.control.tests.conftest import grant

    model, now = get_user_model(), december.now()
    model.objects.bulk_create(model(username=name, display_name=name, password="!", created_at=now) for name in PEOPLE)
    found = {user.username: user for user in model.objects.all()}
    held = [grant(found[name], post, now) for name, post in PEOPLE.items()]
    type(held[0]).objects.bulk_create(held)
    return found


@pytest.fixture
def books(people):
    """甲市's project of 2024, with nothing in it."""
    return open_books(people, "quota")


@pytest.fixture
def integrated(people):
    """The same without a quota account."""
    return open_books(people, "integrated")


def open_books(people, mode):
    from django.conf import settings

    from huiliu.apps.funds.models import Project, ProjectYear, Purpose

    now = settings.HUILIU_CLOCK.now()
    project = Project.objects.create(
        code="jia-it", name="信息化维护", agency="甲市社会保险基金管理局", department="甲市人社局",
        nature="recurring", expense="public", opened_at=now,
    )  # fmt: skip
    year = ProjectYear.objects.create(project=project, year=2024, mode=mode, opened_at=now)
    labels = {"upkeep": "设备维护", "library": "T+1 库"}
    purposes = {
        code: Purpose.objects.create(project=project, code=code, label=label, added_at=now)
        for code, label in labels.items()
    }
    return Books(year, people, purposes)


@pytest.fixture
def at(people):
    """`at("kuai")`: a browser in which that person is signed in."""
    from django.test import Client

    def sign_in(name):
        client = Client()
        client.force_login(people[name])
        return client

    return sign_in
